// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.sparkstrom.sharing.membership.Coordinator;
import org.sparkstrom.sharing.membership.CoordinatorClient;
import org.sparkstrom.sharing.membership.CoordinatorConfig;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.round.Peering;
import org.sparkstrom.sharing.round.ReplicaState;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.transport.InProcessNetwork;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.spark.SparkCluster;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.checkpoint.CheckpointPart;
import org.sparkstrom.spark.data.BatchFormat;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.data.HandleInvalid;
import org.sparkstrom.spark.data.PackedRowsReader;
import org.sparkstrom.spark.data.TrainingData;
import org.sparkstrom.spark.data.WorkerRows;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * Three workers of one fit as threads of this JVM, with a real coordinator, of which worker 1 dies
 * and comes again at rounds of the test's choice.
 *
 * <p>Workers train as in a task. Once they have made a round they do what {@link Pace} says.
 */
final class JoiningFit implements AutoCloseable {
  static final int WORKERS = 3;
  static final int VICTIM = 1;

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final long SESSION = 41;

  private final NetworkSnapshot initial;
  private final TrainingConfig config;
  private final Pace pace;
  private final List<WorkerRows> rows = new ArrayList<>();
  private final BatchFormat format;
  private final FitSecret secret = FitSecret.random(new SecureRandom());
  private final SessionKeys keys = new SessionKeys(secret, SESSION);
  private final InProcessNetwork network = new InProcessNetwork(1 << 20);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicLong attempts = new AtomicLong();
  private final Map<Integer, Long> reached = new ConcurrentHashMap<>();
  private final CountDownLatch joined = new CountDownLatch(1);
  private final Coordinator coordinator;
  private final FitContext fit;
  private volatile long updaterRound; // of the state that the joiner has got

  /**
   * When workers stop.
   *
   * @param death the round after which worker 1 dies
   * @param join the round after which it comes again
   * @param held the ranks that begin no other round before it is in; they serve meanwhile
   */
  record Pace(long death, long join, List<Integer> held) {}

  /** Packs the rows; no worker runs yet. */
  JoiningFit(NetworkSnapshot initial, TrainingConfig config, int rowCount, Pace pace, Path folder)
      throws Exception {
    this.initial = initial;
    this.config = config;
    this.pace = pace;
    TrainingData data =
        TrainingData.survey(
            SparkTests.cloudFrame(rowCount, 3, 1),
            new ColumnBinding("features", "label"),
            initial.signature(),
            Map.of(),
            HandleInvalid.ERROR);
    format = data.format();
    for (List<byte[]> blocks : data.balance(WORKERS).glom().collect()) {
      WorkerRows own = new WorkerRows(format.layout(), Long.MAX_VALUE, folder);
      rows.add(own);
      for (byte[] block : blocks) {
        own.add(block);
      }
      own.seal();
    }
    long perEpoch = data.rowsPerWorker(WORKERS);
    long roundsPerEpoch = (perEpoch + config.batchSize() - 1) / config.batchSize();
    TrainingPlace start = TrainingPlace.between(0, 0, roundsPerEpoch, config.seed());
    coordinator =
        Coordinator.open(
            new CoordinatorConfig(
                SESSION, secret, "127.0.0.1", "127.0.0.1", 0, WORKERS, 2, SOON, SOON, SOON),
            new FitDecisions(config.care(), start, List.of()));
    fit = context(perEpoch, start);
  }

  private FitContext context(long perEpoch, TrainingPlace start) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(SparkTests.session().sparkContext());
    return new FitContext(
        SESSION,
        secret,
        coordinator.address(),
        spark.broadcast(initial),
        new FitContext.Rows(new PackedRowsReader(0), format, perEpoch),
        start,
        config.epochs(),
        new FitContext.Membership(WORKERS, 2, 1),
        TransportSettings.read(spark.getConf()),
        new CareContext(
            ResumePoint.NONE,
            new SerializableConfiguration(spark.hadoopConfiguration()),
            List.of(),
            0,
            false),
        config);
  }

  FitContext context() {
    return fit;
  }

  WorkerRows rows(int rank) {
    return rows.get(rank);
  }

  /** The round up to which the updater that the joiner has got had learned. */
  long updaterRound() {
    return updaterRound;
  }

  /** Runs the fit; returns what the workers of all ranks end with. */
  List<NetworkSnapshot> run() throws Exception {
    List<Future<NetworkSnapshot>> running = new ArrayList<>();
    for (int rank = 0; rank < WORKERS; rank++) {
      running.add(start(rank));
    }
    try {
      NetworkSnapshot unused = running.get(VICTIM).get(SOON.toSeconds(), TimeUnit.SECONDS);
      throw new AssertionError("worker 1 should have died");
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof Death)) {
        throw e;
      }
    }
    SparkCluster.await(
        "the survivors to be at the round of the join",
        SOON,
        () ->
            reached.getOrDefault(0, 0L) >= pace.join()
                && reached.getOrDefault(2, 0L) >= pace.join());
    running.set(VICTIM, start(VICTIM));
    List<NetworkSnapshot> ends = new ArrayList<>();
    for (Future<NetworkSnapshot> one : running) {
      ends.add(one.get(SOON.toSeconds(), TimeUnit.SECONDS));
    }
    return ends;
  }

  private Future<NetworkSnapshot> start(int rank) {
    long attempt = attempts.incrementAndGet();
    return threads.submit(() -> work(rank, attempt));
  }

  private NetworkSnapshot work(int rank, long attempt) throws Exception {
    try (CoordinatorClient client =
            CoordinatorClient.connect(coordinator.address(), secret, SESSION, SOON);
        Transport transport = network.open()) {
      Transport.Endpoint endpoint = transport.endpoint();
      Member self =
          new Member(rank, attempt, endpoint.host(), endpoint.port(), 1, "attempt " + attempt);
      View view = client.join(self, SOON);
      Peering peering = new Peering(view, rank, keys, transport, client, client);
      KeptStates kept = new KeptStates();
      JoinState state = new JoinState(fit.start(), kept);
      try (GuardedExchange exchange =
              new GuardedExchange(
                  UpdateExchange.open(
                      peering,
                      Replica.layout(initial),
                      config.exchangeConfig(initial.fingerprint()),
                      initial.parameters(),
                      new Watched(state)),
                  config.care().nonFinite(),
                  rank);
          Replica replica = new Replica(initial, exchange)) {
        state.follow(replica);
        WorkerParts parts =
            new WorkerParts(
                rows.get(rank).training(),
                replica,
                exchange,
                kept,
                Validation.NONE,
                new ReplicaListeners(List.of(), replica, exchange, rank));
        EpochGate gate =
            new EpochGate(
                config.care(), parts, new CoordinatorVoter(client, SOON, exchange::serve));
        boolean first = attempt <= WORKERS;
        long unused =
            new EpochLoop(
                    parts,
                    rank,
                    fit,
                    gate,
                    Optional.empty(),
                    told -> afterRound(told.rank(), told.round(), first, exchange))
                .run(first ? EpochLoop.Entry.START : EpochLoop.Entry.JOIN);
        NetworkSnapshot fitted = replica.snapshot();
        List<Integer> all = client.complete(fitted.parametersSha256(), SOON, exchange::serve);
        if (all.size() != WORKERS) {
          throw new AssertionError("only " + all + " have completed the fit");
        }
        return fitted;
      }
    }
  }

  private void afterRound(int rank, long round, boolean first, UpdateExchange exchange) {
    reached.put(rank, round);
    if (rank == VICTIM && first && round == pace.death()) {
      throw new Death();
    }
    if (pace.held().contains(rank) && round == pace.join()) {
      SparkCluster.await(
          "worker 1 to have joined",
          SOON,
          () -> {
            exchange.serve();
            return joined.getCount() == 0;
          });
    }
  }

  /** Looks at what goes from the donor to the joiner. */
  private final class Watched implements ReplicaState {
    private final JoinState state;

    Watched(JoinState state) {
      this.state = state;
    }

    @Override
    public ByteBuffer save() {
      return state.save();
    }

    @Override
    public void restore(ByteBuffer bytes) {
      ByteBuffer sections = CheckpointPart.of(bytes.duplicate()).section("state");
      updaterRound = TrainingState.of(sections).place().round();
      state.restore(bytes);
      joined.countDown();
    }
  }

  /** What ends the first attempt of worker 1. */
  private static final class Death extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    coordinator.close();
    for (WorkerRows own : rows) {
      own.close();
    }
  }
}

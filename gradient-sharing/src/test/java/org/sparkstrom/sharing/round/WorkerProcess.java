// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.sparkstrom.sharing.membership.CoordinatorAddress;
import org.sparkstrom.sharing.membership.CoordinatorClient;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.transport.aeron.AeronConfig;
import org.sparkstrom.sharing.transport.aeron.AeronTransport;
import org.sparkstrom.sharing.transport.aeron.LossyRelay;
import org.sparkstrom.sharing.transport.aeron.StreamIds;

/**
 * One attempt of one rank in a JVM of its own, over Aeron: joins, catches up, makes steps with
 * dyadic updates and keeps its books in a file, until a file tells the fit's last round.
 */
final class WorkerProcess implements ReplicaState {
  static final long SESSION = 99;
  static final Duration SOON = Duration.ofSeconds(30);

  /** What a step of a small network takes; else the books would grow to gigabytes. */
  private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(3);

  /** The log of a dead peer stays for up to a minute, so more than the usual deaths need room. */
  private static final long MEMORY_BYTES = 256L << 20;

  private final Settings settings;
  private final FitSecret secret;
  private final SessionKeys keys;
  private final BookFile books;
  private final Random random;
  private final float[] parameters = new float[ElasticWorker.LENGTH];
  private final float[] produced = new float[ElasticWorker.LENGTH];
  private float[] sentBefore = new float[ElasticWorker.LENGTH];
  private float[] sentNow = sentBefore;
  private SynchronousExchange exchange;
  private long steps;
  private boolean exchanging;

  private WorkerProcess(Settings settings) throws Exception {
    this.settings = settings;
    try (ObjectInputStream in =
        new ObjectInputStream(Files.newInputStream(secretFile(settings.directory())))) {
      this.secret = (FitSecret) in.readObject();
    }
    this.keys = new SessionKeys(secret, SESSION);
    this.books = new BookFile(settings.bookFile());
    this.random = new Random(settings.attempt() * 31 + settings.rank());
  }

  /**
   * What a worker is told on its command line.
   *
   * @param directory of all files of the fit
   * @param port of the coordinator
   * @param loss share of packets that a relay before this worker loses; 0 for no relay
   */
  record Settings(
      Path directory, int port, int rank, long attempt, Synchrony synchrony, double loss) {

    static Settings parse(String[] arguments) {
      return new Settings(
          Path.of(arguments[0]),
          Integer.parseInt(arguments[1]),
          Integer.parseInt(arguments[2]),
          Long.parseLong(arguments[3]),
          Synchrony.valueOf(arguments[4]),
          Double.parseDouble(arguments[5]));
    }

    String[] toArguments() {
      return new String[] {
        directory.toString(),
        Integer.toString(port),
        Integer.toString(rank),
        Long.toString(attempt),
        synchrony.name(),
        Double.toString(loss)
      };
    }

    Path bookFile() {
      return directory.resolve("worker-" + rank + "-attempt-" + attempt + ".books");
    }
  }

  static Path secretFile(Path directory) {
    return directory.resolve("secret.bin");
  }

  static Path lastRoundFile(Path directory) {
    return directory.resolve("last-round");
  }

  /** Ends with 0 once the fit has ended well for all. */
  public static void main(String[] arguments) throws Exception {
    Settings settings = Settings.parse(arguments);
    WorkerProcess worker = new WorkerProcess(settings);
    StreamIds ids = new StreamIds(worker.keys, settings.rank(), settings.attempt());
    AeronConfig config = AeronConfig.on("127.0.0.1").withMemoryBudgetBytes(MEMORY_BYTES);
    try (AeronTransport aeron = AeronTransport.open(config, ids)) {
      if (settings.loss() == 0) {
        worker.work(aeron, aeron.endpoint());
      } else {
        try (LossyRelay relay =
            new LossyRelay(aeron.endpoint().port(), settings.loss(), settings.attempt())) {
          worker.work(aeron, new Transport.Endpoint("127.0.0.1", relay.port()));
        }
      }
    }
  }

  private void work(Transport honest, Transport.Endpoint advertised) throws Exception {
    Transport transport = new NotedTransport(honest, advertised, this::noteSent);
    Member self =
        new Member(
            settings.rank(),
            settings.attempt(),
            advertised.host(),
            advertised.port(),
            ProcessHandle.current().pid(),
            "rank " + settings.rank() + ", attempt " + settings.attempt());
    try (books;
        CoordinatorClient client =
            CoordinatorClient.connect(
                new CoordinatorAddress("127.0.0.1", settings.port()), secret, SESSION, SOON)) {
      View view = client.join(self, SOON);
      Peering peering = new Peering(view, settings.rank(), keys, transport, client, client);
      exchange =
          new SynchronousExchange(
              peering,
              ElasticWorker.LAYOUT,
              ElasticExchangeTest.config(
                  settings.synchrony(), new TargetDensity(0.2, 20, -3), Duration.ofSeconds(10)),
              this);
      train(client);
    }
  }

  private void train(CoordinatorClient client) throws Exception {
    int lag = settings.synchrony().roundsInFlight();
    steps = exchange.catchUp();
    books.write(BookFile.Entry.STARTED, steps, parameters);
    float[] update = new float[ElasticWorker.LENGTH];
    while (steps < lastRound()) {
      LockSupport.parkNanos(STEP_NS);
      long round = steps + 1;
      for (int i = 0; i < update.length; i++) {
        update[i] = (random.nextInt(1 << 12) - (1 << 11)) / 1024f;
      }
      ElasticWorker.add(produced, update, 1);
      exchanging = true;
      exchange.exchange(update);
      noteSent();
      exchanging = false;
      sentBefore = sentNow;
      if (round - lag > 0) {
        apply(round - lag, update);
      }
      steps = round;
    }
    long before = exchange.counters().rounds();
    exchange.drain(update);
    if (exchange.counters().rounds() > before) {
      apply(steps, update);
    }
    client.complete(sha256(parameters), SOON, exchange::serve);
    books.write(BookFile.Entry.COMPLETED, steps, parameters);
  }

  /** Before any frame of a round leaves: what was produced so far and is no residual. */
  private void noteSent() {
    if (!exchanging) {
      return;
    }
    float[] sent = produced.clone();
    ElasticWorker.add(sent, exchange.residual(), -1);
    sentNow = sent;
    float[] now = sent.clone();
    ElasticWorker.add(now, sentBefore, -1);
    books.write(BookFile.Entry.SENT, steps + 1, now);
  }

  private void apply(long round, float[] aggregate) {
    books.write(BookFile.Entry.APPLIED, round, aggregate);
    ElasticWorker.add(parameters, aggregate, 1);
  }

  private long lastRound() throws IOException {
    Path file = lastRoundFile(settings.directory());
    return Files.exists(file) ? Long.parseLong(Files.readString(file)) : Long.MAX_VALUE;
  }

  private static String sha256(float[] values) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
  }

  @Override
  public ByteBuffer save() {
    books.write(BookFile.Entry.SNAPSHOT_GIVEN, steps, parameters);
    ByteBuffer state = ByteBuffer.allocate(Float.BYTES * ElasticWorker.LENGTH);
    state.asFloatBuffer().put(parameters);
    return state;
  }

  @Override
  public void restore(ByteBuffer state) {
    state.asFloatBuffer().get(parameters);
  }
}

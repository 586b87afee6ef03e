// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.storage.BlockManagerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.membership.CoordinatorClient;
import org.sparkstrom.sharing.membership.FitCompletedException;
import org.sparkstrom.sharing.membership.Liveness;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.MemberProgress;
import org.sparkstrom.sharing.membership.RankTakenException;
import org.sparkstrom.sharing.membership.SharingAbortedException;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.membership.ViewChanges;
import org.sparkstrom.sharing.round.Peering;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.transport.aeron.AeronConfig;
import org.sparkstrom.sharing.transport.aeron.AeronTransport;
import org.sparkstrom.sharing.transport.aeron.StreamIds;
import org.sparkstrom.spark.checkpoint.CheckpointException;
import org.sparkstrom.spark.cluster.SparkInternals;
import org.sparkstrom.spark.data.RowsLostException;
import org.sparkstrom.spark.data.StoreMemory;
import org.sparkstrom.spark.data.WorkerRows;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.NamedListener.ListenerException;

/**
 * One worker: the function that runs inside a task of the training stage.
 *
 * <p>It reads its rows, joins the fit, trains in rounds with its peers, and leaves only when all
 * have completed. The attempt that Spark starts in place of a lost one takes the state of the fit
 * from a peer; one that comes after the end returns nothing. Whatever it opens it closes, also when
 * it fails; a failure is told to the coordinator, so that the peers do not wait.
 *
 * @param fit what the driver gives to every worker
 */
record TrainingTask(FitContext fit) implements FlatMapFunction<Iterator<Integer>, WorkerResult> {

  private static final Logger LOG = LoggerFactory.getLogger(TrainingTask.class);
  private static final int FRAME_OVERHEAD_BYTES = 1024;

  /** Round timeouts that a worker waits at most for a decision: the driver loses others before. */
  private static final int PATIENCE = 3;

  /** The coordinator ends the rendezvous when a worker is missing; this bounds the rest. */
  private static final Duration JOIN_TIMEOUT = Duration.ofHours(6);

  @Override
  public Iterator<WorkerResult> call(Iterator<Integer> ranks) throws Exception {
    NativeRuntime.prepareTask();
    int rank = ranks.next();
    try (WorkerRows rows =
        new WorkerRows(
            fit.rows().format().layout(), storeMemoryBytes(), SparkInternals.localDirectory())) {
      long deadlineNs = System.nanoTime() + fit.config().rendezvousTimeout().toNanos();
      while (true) {
        try {
          return work(rank, rows);
        } catch (RankTakenException e) {
          if (System.nanoTime() - deadlineNs > 0) {
            throw e;
          }
          LOG.info("{}; tries again, because Spark gives that one up", e.getMessage());
          TimeUnit.SECONDS.sleep(1);
        }
      }
    }
  }

  private Iterator<WorkerResult> work(int rank, WorkerRows rows) throws Exception {
    String self = label();
    try (CoordinatorClient coordinator =
        CoordinatorClient.connect(
            fit.coordinator(),
            fit.secret(),
            fit.sessionId(),
            fit.config().rendezvousTimeout(),
            unlessCancelled(Liveness.ALWAYS, TaskContext.get()))) {
      String who = "worker " + rank + " (" + self + "): ";
      try {
        fill(rows, rank);
        return List.of(train(rows, coordinator, self)).iterator();
      } catch (FitCompletedException e) {
        return Collections.emptyIterator();
      } catch (RowsLostException e) { // to try again would not bring them back
        LOG.error("{}{}", who, e.getMessage());
        coordinator.fail(who + e.getMessage());
        return Collections.emptyIterator();
      } catch (SharingAbortedException e) {
        throw e;
      } catch (Exception | Error e) { // Spark throws checked exceptions that Java does not see
        tell(coordinator, who, e);
        throw e;
      }
    }
  }

  /**
   * Tells the others why this worker ends. Not so if Spark has cancelled its task: whatever was
   * interrupted by that has not failed by itself, and a new attempt may go on.
   */
  private static void tell(CoordinatorClient coordinator, String who, Throwable why) {
    if (TaskContext.get().isInterrupted()) {
      LOG.info("{}Spark has cancelled the task, which ends with {}", who, why.toString());
    } else if (why instanceof DivergedException
        || why instanceof ListenerException
        || why instanceof CheckpointException) { // a new attempt would have the same trouble
      coordinator.endFit(who + why);
    } else {
      coordinator.fail(who + why);
    }
  }

  private void fill(WorkerRows rows, int rank) throws Exception {
    if (rows.isSealed()) {
      return;
    }
    Iterator<byte[]> blocks = fit.rows().reader().read(rank);
    while (blocks.hasNext()) {
      rows.add(blocks.next());
    }
    rows.seal();
  }

  private long storeMemoryBytes() {
    return StoreMemory.limitBytes(
        SparkEnv.get().conf(),
        fit.config().storeMemoryBytes(),
        Runtime.getRuntime().availableProcessors());
  }

  private static String label() {
    BlockManagerId executor = SparkInternals.thisExecutor();
    return "executor %s on %s, task attempt %d"
        .formatted(executor.executorId(), executor.host(), TaskContext.get().attemptNumber());
  }

  private WorkerResult train(WorkerRows rows, CoordinatorClient coordinator, String label) {
    NetworkSnapshot initial = fit.initial().value();
    BlockLayout layout = Replica.layout(initial);
    TaskContext task = TaskContext.get();
    BlockManagerId executor = SparkInternals.thisExecutor();
    AeronConfig aeron =
        fit.transport()
            .aeron(executor.host())
            .withMaxFrameBytes(layout.maxPayloadBytes() + FRAME_OVERHEAD_BYTES);
    SessionKeys keys = new SessionKeys(fit.secret(), fit.sessionId());
    StreamIds ids = new StreamIds(keys, task.partitionId(), new SecureRandom().nextLong());
    try (Transport transport = AeronTransport.open(aeron, ids)) {
      Member self = self(ids, transport.endpoint(), rows.training().rowCount(), label);
      View view = coordinator.join(self, JOIN_TIMEOUT);
      Peering peering =
          new Peering(
              view,
              self.rank(),
              keys,
              transport,
              unlessCancelled(coordinator, task),
              fit.membership().isElastic() ? coordinator : ViewChanges.NONE);
      KeptStates kept = new KeptStates();
      JoinState state = new JoinState(fit.start(), kept);
      try (GuardedExchange exchange =
              new GuardedExchange(
                  UpdateExchange.open(
                      peering,
                      layout,
                      fit.config().exchangeConfig(initial.fingerprint()),
                      initial.parameters(),
                      state),
                  fit.config().care().nonFinite(),
                  self.rank());
          Replica replica = new Replica(initial, exchange)) {
        state.follow(replica);
        WorkerParts parts =
            new WorkerParts(
                rows.training(),
                replica,
                exchange,
                kept,
                validation(rows, replica, self.rank()),
                new ReplicaListeners(fit.care().listeners(), replica, exchange, self.rank()));
        long rowsTrained = train(parts, coordinator, self.rank());
        NetworkSnapshot fitted = replica.snapshot();
        List<Integer> members =
            coordinator.complete(
                fitted.parametersSha256(), fit.config().roundTimeout(), exchange::serve);
        boolean delivers = members.indexOf(self.rank()) < fit.membership().resultCopies();
        return new WorkerResult(
            self.rank(), jvmName(), rowsTrained, exchange.counters(), fitted, delivers);
      }
    }
  }

  private static Member self(
      StreamIds ids, Transport.Endpoint endpoint, long rowCount, String label) {
    return new Member(ids.rank(), ids.salt(), endpoint.host(), endpoint.port(), rowCount, label);
  }

  /** All workers measure or none, also those without rows to measure on. */
  private Validation validation(WorkerRows rows, Replica replica, int rank) {
    return fit.care().validationRows() > 0
        ? new ValidationRows(rows.validation(), replica, fit, rank)
        : Validation.NONE;
  }

  /** Trains to the end; returns the rows trained on. */
  private long train(WorkerParts parts, CoordinatorClient coordinator, int rank) {
    Duration patience = fit.config().roundTimeout().multipliedBy(PATIENCE);
    Voter voter = new CoordinatorVoter(coordinator, patience, parts.exchange()::serve);
    Optional<WorkerCheckpoints> checkpoints = WorkerCheckpoints.open(fit, rank, parts, voter);
    try {
      EpochGate gate = new EpochGate(fit.config().care(), parts, voter);
      EpochLoop.Entry entry =
          coordinator.admission().isPresent() ? EpochLoop.Entry.JOIN : EpochLoop.Entry.START;
      ModeReport mode = new ModeReport(parts.exchange(), voter);
      Consumer<MemberProgress> progress =
          made -> {
            coordinator.report(made);
            mode.afterRound();
          };
      return new EpochLoop(parts, rank, fit, gate, checkpoints, progress).run(entry);
    } finally {
      checkpoints.ifPresent(WorkerCheckpoints::close);
    }
  }

  /**
   * Spark may end a task whose fit goes on, as when an executor is decommissioned, and one that it
   * has started in place of a lost one when the fit is over: it must not keep its slot.
   */
  private static Liveness unlessCancelled(Liveness coordinator, TaskContext task) {
    return () -> {
      coordinator.check();
      if (task.isInterrupted()) {
        throw new SharingAbortedException("Spark has cancelled the task of this worker");
      }
    };
  }

  private static String jvmName() {
    return ManagementFactory.getRuntimeMXBean().getName();
  }
}

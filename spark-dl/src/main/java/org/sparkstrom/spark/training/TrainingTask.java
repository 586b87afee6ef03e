// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkFiles;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.storage.BlockManagerId;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.membership.CoordinatorClient;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.SharingAbortedException;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.round.ExchangeConfig;
import org.sparkstrom.sharing.round.Peering;
import org.sparkstrom.sharing.round.SynchronousExchange;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.transport.Transport;
import org.sparkstrom.sharing.transport.aeron.AeronConfig;
import org.sparkstrom.sharing.transport.aeron.AeronTransport;
import org.sparkstrom.spark.cluster.SparkInternals;
import org.sparkstrom.spark.data.TensorStore;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * One worker: the function that runs inside a task of the training stage.
 *
 * <p>It packs its rows, joins the fit, trains in rounds with its peers, and leaves only when all
 * have completed. Whatever it opens it closes, also when it fails; a failure is told to the
 * coordinator, so that the peers do not wait.
 *
 * @param fit what the driver gives to every worker
 */
record TrainingTask(FitContext fit) implements FlatMapFunction<Iterator<byte[]>, WorkerResult> {

  private static final int FRAME_OVERHEAD_BYTES = 1024;

  /** The coordinator ends the rendezvous when a worker is missing; this bounds the rest. */
  private static final Duration JOIN_TIMEOUT = Duration.ofHours(6);

  @Override
  public Iterator<WorkerResult> call(Iterator<byte[]> blocks) throws IOException {
    NativeRuntime.useOneThreadPerTask();
    TrainingConfig config = fit.config();
    try (CoordinatorClient coordinator =
        CoordinatorClient.connect(
            fit.coordinator(), fit.secret(), fit.sessionId(), config.rendezvousTimeout())) {
      try (TensorStore store = pack(blocks)) {
        return List.of(train(store, coordinator)).iterator();
      } catch (SharingAbortedException e) {
        throw e;
      } catch (IOException | RuntimeException | Error e) {
        coordinator.fail(e.toString());
        throw e;
      }
    }
  }

  private TensorStore pack(Iterator<byte[]> blocks) throws IOException {
    TensorStore store =
        new TensorStore(
            fit.featureCount(),
            fit.config().storeMemoryBytes(),
            Path.of(SparkFiles.getRootDirectory()));
    try {
      while (blocks.hasNext()) {
        store.add(blocks.next());
      }
      store.seal();
      return store;
    } catch (IOException | RuntimeException e) {
      try {
        store.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private WorkerResult train(TensorStore store, CoordinatorClient coordinator) {
    NetworkSnapshot initial = fit.initial().value();
    BlockLayout layout = Replica.layout(initial);
    TaskContext task = TaskContext.get();
    BlockManagerId executor = SparkInternals.thisExecutor();
    AeronConfig aeron =
        AeronConfig.on(executor.host())
            .withMaxFrameBytes(layout.maxPayloadBytes() + FRAME_OVERHEAD_BYTES);
    try (Transport transport = AeronTransport.open(aeron)) {
      Member self =
          new Member(
              task.partitionId(),
              new SecureRandom().nextLong(),
              transport.endpoint().host(),
              transport.endpoint().port(),
              store.rowCount(),
              "executor %s on %s, task attempt %d"
                  .formatted(executor.executorId(), executor.host(), task.attemptNumber()));
      View view = coordinator.join(self, JOIN_TIMEOUT);
      Peering peering =
          new Peering(
              view,
              self.rank(),
              new SessionKeys(fit.secret(), fit.sessionId()),
              transport,
              coordinator);
      try (UpdateExchange exchange =
              new SynchronousExchange(peering, layout, exchangeConfig(initial));
          Replica replica = new Replica(initial, exchange)) {
        EpochLoop.Outcome outcome =
            new EpochLoop(
                    new EpochLoop.WorkerParts(store, replica, exchange),
                    view,
                    self.rank(),
                    fit,
                    coordinator::report)
                .run();
        NetworkSnapshot fitted = replica.snapshot();
        WorkerResult result =
            WorkerResult.of(self.rank(), jvmName(), outcome, exchange.counters(), fitted);
        coordinator.complete(result.parametersSha256(), fit.config().roundTimeout());
        return result;
      }
    }
  }

  private ExchangeConfig exchangeConfig(NetworkSnapshot initial) {
    return new ExchangeConfig(
        fit.config().quantizer(),
        fit.config().aggregation(),
        fit.config().thresholdPolicy(),
        fit.config().roundTimeout(),
        initial.fingerprint());
  }

  private static String jvmName() {
    return ManagementFactory.getRuntimeMXBean().getName();
  }
}

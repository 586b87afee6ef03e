// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.sparkstrom.sharing.membership.MemberProgress;
import org.sparkstrom.sharing.round.ExchangeCounters;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.spark.data.BatchPlan;
import org.sparkstrom.spark.data.BatchReader;
import org.sparkstrom.spark.data.EpochOrder;
import org.sparkstrom.spark.data.TensorStore;

/**
 * The epochs and rounds of one worker.
 *
 * <p>All workers run the same number of rounds: as many as the one with the most rows needs,
 * whoever is in the view. The others go on from the start of their order (WRAP); one without any
 * row only takes part in the sharing. A worker that has joined a running fit begins where the
 * others are.
 */
final class EpochLoop {

  private final TensorStore store;
  private final Replica replica;
  private final UpdateExchange exchange;
  private final int rank;
  private final FitContext fit;
  private final TrainingConfig config;
  private final Consumer<MemberProgress> progress;
  private final double[] lossPerEpoch;
  private long rowsTrained;

  EpochLoop(WorkerParts parts, int rank, FitContext fit, Consumer<MemberProgress> progress) {
    this.store = parts.store();
    this.replica = parts.replica();
    this.exchange = parts.exchange();
    this.rank = rank;
    this.fit = fit;
    this.config = fit.config();
    this.progress = progress;
    this.lossPerEpoch = new double[config.epochs()];
    Arrays.fill(lossPerEpoch, Double.NaN);
  }

  /**
   * What a worker works with.
   *
   * @param store its rows
   * @param replica its network
   * @param exchange its way to the peers' updates
   */
  record WorkerParts(TensorStore store, Replica replica, UpdateExchange exchange) {}

  /**
   * What the loop has done.
   *
   * @param rows rows trained on, counted once per use
   * @param lossPerEpoch mean loss of each epoch; NaN without rows, or before this worker joined
   */
  record Outcome(long rows, List<Double> lossPerEpoch) {}

  Outcome run() {
    if (store.rowCount() == 0) {
      return run(Optional.empty());
    }
    BatchPlan plan =
        new BatchPlan(
            fit.rows().format(),
            BatchPlan.Order.SHUFFLED,
            config.seed(),
            rank,
            config.batchSize(),
            fit.rows().perEpoch());
    try (BatchReader batches = new BatchReader(store, plan)) {
      return run(Optional.of(batches));
    }
  }

  private Outcome run(Optional<BatchReader> batches) {
    TrainingPlace place = fit.start();
    long lastRound = config.epochs() * place.roundsPerEpoch();
    long steps = exchange.catchUp();
    if (steps > 0) {
      place = place.at(Math.min(place.round() + steps, lastRound));
      replica.goOn(place, exchange.parameters());
    }
    if (batches.isPresent() && place.round() < lastRound) {
      batches.get().seek(place.epochOfFit(), place.roundOfEpoch());
    }
    while (place.round() < lastRound) {
      lossPerEpoch[place.epochOfFit()] = runEpoch(place, batches);
      replica.endEpoch();
      place = place.at((place.epochOfFit() + 1) * place.roundsPerEpoch());
    }
    replica.drain();
    return new Outcome(rowsTrained, Arrays.stream(lossPerEpoch).boxed().toList());
  }

  /** The rounds of an epoch from a place in it on; returns their mean loss. */
  private double runEpoch(TrainingPlace from, Optional<BatchReader> batches) {
    int epoch = from.epochOfFit();
    double lossSum = 0;
    int rounds = 0;
    for (long round = from.roundOfEpoch(); round < from.roundsPerEpoch(); round++) {
      replica.startRound(EpochOrder.randomSeed(config.seed(), rank, epoch, round));
      lossSum += batches.isEmpty() ? stepWithoutRows() : step(batches.get().next());
      rounds++;
      report(epoch, lossSum / rounds);
    }
    return lossSum / rounds;
  }

  private double step(MultiDataSet batch) {
    rowsTrained += batch.getFeatures(0).size(0);
    return replica.step(batch);
  }

  private double stepWithoutRows() {
    replica.stepWithoutRows();
    return Double.NaN;
  }

  private void report(int epoch, double loss) {
    ExchangeCounters counters = exchange.counters();
    progress.accept(
        new MemberProgress(
            rank,
            counters.rounds(),
            epoch,
            loss,
            rowsTrained,
            counters.bytesSent(),
            counters.denseBytes()));
  }
}

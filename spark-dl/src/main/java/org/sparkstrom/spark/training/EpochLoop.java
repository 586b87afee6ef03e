// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.sparkstrom.sharing.membership.MemberProgress;
import org.sparkstrom.sharing.membership.View;
import org.sparkstrom.sharing.round.ExchangeCounters;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.spark.data.EpochOrder;
import org.sparkstrom.spark.data.TensorStore;

/**
 * The epochs and rounds of one worker.
 *
 * <p>All workers run the same number of rounds: as many as the one with the most rows needs. The
 * others go on from the start of their order (WRAP); one without any row only takes part in the
 * sharing.
 */
final class EpochLoop {

  private final TensorStore store;
  private final Replica replica;
  private final UpdateExchange exchange;
  private final View view;
  private final int rank;
  private final TrainingConfig config;
  private final int featureCount;
  private final Consumer<MemberProgress> progress;
  private long rowsTrained;

  EpochLoop(
      WorkerParts parts, View view, int rank, FitContext fit, Consumer<MemberProgress> progress) {
    this.store = parts.store();
    this.replica = parts.replica();
    this.exchange = parts.exchange();
    this.view = view;
    this.rank = rank;
    this.config = fit.config();
    this.featureCount = fit.featureCount();
    this.progress = progress;
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
   * @param lossPerEpoch mean loss of each epoch; NaN without rows
   */
  record Outcome(long rows, List<Double> lossPerEpoch) {}

  Outcome run() {
    List<Double> lossPerEpoch = new ArrayList<>();
    for (int epoch = 0; epoch < config.epochs(); epoch++) {
      replica.startEpoch(EpochOrder.randomSeed(config.seed(), rank, epoch));
      lossPerEpoch.add(runEpoch(epoch));
      replica.endEpoch();
    }
    replica.drain();
    return new Outcome(rowsTrained, lossPerEpoch);
  }

  private double runEpoch(int epoch) {
    EpochOrder order = new EpochOrder(store.rowCount(), config.seed(), rank, epoch);
    long rowsLeft = view.maxRowCount();
    long place = 0;
    double lossSum = 0;
    int rounds = 0;
    while (rowsLeft > 0) {
      int rows = (int) Math.min(config.batchSize(), rowsLeft);
      double loss = store.rowCount() == 0 ? stepWithoutRows() : step(order, place, rows);
      lossSum += loss;
      rounds++;
      place += rows;
      rowsLeft -= rows;
      report(epoch, lossSum / rounds);
    }
    return lossSum / rounds;
  }

  private double stepWithoutRows() {
    replica.stepWithoutRows();
    return Double.NaN;
  }

  private double step(EpochOrder order, long firstPlace, int rows) {
    float[] features = new float[rows * featureCount];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = store.read(order.row(firstPlace + i), features, i * featureCount);
    }
    rowsTrained += rows;
    return replica.step(features, labels);
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

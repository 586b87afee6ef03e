// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import org.sparkstrom.sharing.round.Peering;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.spark.data.EpochOrder;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * One worker of a {@link ThreadedFit}: the epochs and rounds of its replica, on one thread.
 *
 * <p>Its rounds are those of a worker on Spark: as many as the one with the most rows needs, in the
 * order that seed, rank and epoch give.
 *
 * @param fit batch size, epochs and seed
 * @param peering its place in the view
 * @param rows what it learns from; at least one
 * @param listener told of each epoch if this is rank 0
 */
record ThreadedWorker(
    ThreadedFit fit, Peering peering, ThreadedFit.Rows rows, ThreadedFit.EpochListener listener) {

  ThreadedFit.WorkerEnd run(NetworkSnapshot initial, UpdateExchange exchange) {
    NativeRuntime.prepareTask(); // OpenMP keeps the number for each thread that calls
    try (exchange;
        Replica replica = new Replica(initial, exchange)) {
      for (int epoch = 0; epoch < fit.epochs(); epoch++) {
        double loss = runEpoch(replica, epoch);
        replica.endEpoch();
        if (peering.rank() == 0) {
          listener.onEpoch(epoch, loss, exchange.counters(), replica.snapshot());
        }
      }
      replica.drain();
      return new ThreadedFit.WorkerEnd(replica.snapshot(), exchange.counters());
    }
  }

  private double runEpoch(Replica replica, int epoch) {
    EpochOrder order = new EpochOrder(rows.count(), fit.seed(), peering.rank(), epoch);
    long rowCount = peering.view().maxRowCount();
    double lossSum = 0;
    int rounds = 0;
    for (long place = 0; place < rowCount; place += fit.batchSize()) {
      long seed = EpochOrder.randomSeed(fit.seed(), peering.rank(), epoch, place / fit.batchSize());
      replica.startRound(seed);
      int batch = (int) Math.min(fit.batchSize(), rowCount - place);
      float[] features = new float[batch * rows.featureCount()];
      int[] labels = new int[batch];
      for (int i = 0; i < batch; i++) {
        labels[i] = rows.read(order.row(place + i), features, i * rows.featureCount());
      }
      lossSum += replica.step(features, labels);
      rounds++;
    }
    return lossSum / rounds;
  }
}

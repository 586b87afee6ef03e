// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.sparkstrom.spark.training.ThreadedFit;

/**
 * DL4J alone: one process, one network, {@code fit} on one batch after the other.
 *
 * <p>Runs on a class path of DL4J and what it brings, so nothing here may use another library.
 */
final class Dl4jContestant {

  private Dl4jContestant() {}

  public static void main(String[] arguments) throws Exception {
    Contest contest = Contest.parse(arguments);
    Digits digits = Digits.read(contest.data());
    ThreadedFit.Rows rows = digits.deal(1, contest.seed(), contest.rows()).get(0);
    List<DataSet> first = contest.batches(rows, 0);
    MultiLayerNetwork other = network(contest);
    ContestClock.warmUp(() -> first.forEach(other::fit));
    MultiLayerNetwork network = network(contest);
    ContestClock clock = contest.clock();
    boolean goOn = true;
    for (int epoch = 0; goOn; epoch++) {
      List<DataSet> batches = contest.batches(rows, epoch); // not timed: it could be read ahead
      goOn =
          clock.lap(
              rows.count(),
              () -> batches.forEach(network::fit),
              () -> Contest.accuracy(network, digits.heldOut()));
      batches.forEach(
          batch -> {
            batch.getFeatures().close();
            batch.getLabels().close();
          });
    }
    clock.result().print();
    System.exit(0); // DL4J leaves threads behind
  }

  private static MultiLayerNetwork network(Contest contest) {
    MultiLayerNetwork network = new MultiLayerNetwork(contest.problem().network(contest.seed()));
    network.init();
    return network;
  }
}

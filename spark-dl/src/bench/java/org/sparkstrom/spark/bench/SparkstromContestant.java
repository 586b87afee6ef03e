// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.DistributedTrainer;
import org.sparkstrom.spark.training.ThreadedFit;
import org.sparkstrom.spark.training.TrainingConfig;
import org.sparkstrom.spark.training.TrainingResult;

/**
 * Ours, as a user would: a {@link DistributedTrainer} with its defaults.
 *
 * <p>A fit is timed as a whole: job, packing, rendezvous, training and the network's return. Fits
 * of 1, 2, 3 ... epochs run from the start, each in executors of its own that have only been warmed
 * up, until one reaches the target; its time alone counts. A local master is for one worker that
 * shares nothing.
 */
final class SparkstromContestant {

  private SparkstromContestant() {}

  public static void main(String[] arguments) throws Exception {
    Contest contest = Contest.parse(arguments);
    ThreadedFit.Rows heldOut = Digits.read(contest.data()).heldOut();
    ContestResult last = fit(contest, 1, heldOut);
    for (int epochs = 2; !last.reached() && last.seconds() < contest.limitSeconds(); epochs++) {
      last = fit(contest, epochs, heldOut);
    }
    last.print();
    System.exit(0); // whatever Spark and ND4J leave behind
  }

  private static ContestResult fit(Contest contest, int epochs, ThreadedFit.Rows heldOut)
      throws Exception {
    boolean alone = contest.master().startsWith("local");
    NetworkSnapshot initial = NetworkSnapshot.initial(contest.problem().network(contest.seed()));
    try (SparkSession spark = SparkContest.session(contest)) {
      Dataset<Row> warmUp = SparkContest.frame(spark, contest, SparkContest.WARM_UP_ROWS);
      trainer(spark, contest, 1, alone).fit(initial, warmUp, columns());
      Dataset<Row> data = SparkContest.frame(spark, contest, contest.rows());
      DistributedTrainer trainer = trainer(spark, contest, epochs, alone);
      long startNs = System.nanoTime();
      TrainingResult result = trainer.fit(initial, data, columns());
      double seconds = (System.nanoTime() - startNs) * 1e-9;
      MultiLayerNetwork network = result.snapshot().forInference().restore();
      try {
        ContestClock clock = contest.clock();
        clock.lap(result.rows(), seconds, Contest.accuracy(network, heldOut));
        return clock.result().withBytesSent((double) result.bytesSent());
      } finally {
        network.close();
      }
    }
  }

  private static DistributedTrainer trainer(
      SparkSession spark, Contest contest, int epochs, boolean alone) {
    TrainingConfig.Builder config =
        TrainingConfig.builder()
            .workers(alone ? 1 : SparkContest.EXECUTORS)
            .batchSize(TrainProblem.BATCH_SIZE)
            .epochs(epochs)
            .seed(contest.seed());
    if (alone) {
      config.quantizer(Quantizer.NONE);
    }
    return new DistributedTrainer(spark.sparkContext(), config.build(), List.of());
  }

  private static ColumnBinding columns() {
    return new ColumnBinding("features", "label");
  }
}

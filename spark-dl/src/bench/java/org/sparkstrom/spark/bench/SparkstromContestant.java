// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.round.Aggregation;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.DistributedTrainer;
import org.sparkstrom.spark.training.EarlyStopping;
import org.sparkstrom.spark.training.FitCare;
import org.sparkstrom.spark.training.TrainingConfig;
import org.sparkstrom.spark.training.TrainingListener;
import org.sparkstrom.spark.training.TrainingResult;

/**
 * Ours, as a user would: a {@link DistributedTrainer} with its defaults, which stops when the
 * held-out rows, marked in a column, are recognized well enough.
 *
 * <p>The fit is timed as a whole: jobs, packing, rendezvous, training, evaluation, and the
 * network's return. Its rows a second are those of its epochs. A local master is for one worker
 * that shares nothing.
 */
final class SparkstromContestant {
  private static final int WARM_UP_EPOCHS = 3; // fewer than the target takes

  /** System property that names another aggregation than the default. */
  static final String AGGREGATION = "sparkstrom.bench.aggregation";

  private SparkstromContestant() {}

  public static void main(String[] arguments) throws Exception {
    Contest contest = Contest.parse(arguments);
    boolean alone = contest.master().startsWith("local");
    NetworkSnapshot initial = NetworkSnapshot.initial(contest.problem().network(contest.seed()));
    try (SparkSession spark = SparkContest.session(contest)) {
      Dataset<Row> data = SparkContest.cached(SparkContest.frame(spark, contest));
      DistributedTrainer once = trainer(spark, contest, WARM_UP_EPOCHS, alone, new EpochsSpan());
      ContestClock.warmUp(() -> once.fit(initial, data, columns()));
      EpochsSpan span = new EpochsSpan();
      DistributedTrainer trainer = trainer(spark, contest, SparkContest.MOST_EPOCHS, alone, span);
      long startNs = System.nanoTime();
      TrainingResult result = trainer.fit(initial, data, columns());
      double seconds = (System.nanoTime() - startNs) * 1e-9;
      MultiLayerNetwork network = result.snapshot().forInference().restore();
      ContestClock clock = contest.clock();
      clock.lap(
          result.rows(), seconds, Contest.accuracy(network, Digits.read(contest.data()).heldOut()));
      clock
          .result()
          .withTrainingSeconds(span.seconds())
          .withBytesSent((double) result.bytesSent())
          .print();
    }
    System.exit(0); // whatever Spark and ND4J leave behind
  }

  private static DistributedTrainer trainer(
      SparkSession spark, Contest contest, int epochs, boolean alone, EpochsSpan span) {
    EarlyStopping stopping = EarlyStopping.at("accuracy", contest.problem().target());
    TrainingConfig.Builder config =
        TrainingConfig.builder()
            .workers(alone ? 1 : SparkContest.EXECUTORS)
            .batchSize(TrainProblem.BATCH_SIZE)
            .epochs(epochs)
            .seed(contest.seed())
            .care(FitCare.DEFAULT.with(stopping));
    Optional.ofNullable(System.getProperty(AGGREGATION))
        .map(Aggregation::valueOf)
        .ifPresent(config::aggregation);
    if (alone) {
      config.quantizer(Quantizer.NONE);
    }
    PrintWriter progress = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    long startNs = System.nanoTime();
    TrainingListener listener =
        event ->
            progress.printf(
                Locale.ROOT, "%8.2f s  %s%n", (System.nanoTime() - startNs) * 1e-9, event);
    return new DistributedTrainer(spark.sparkContext(), config.build(), List.of(listener, span));
  }

  private static ColumnBinding columns() {
    return new ColumnBinding("features", "label").withValidationIndicator("heldOut");
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.examples;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.ml.NetworkClassificationModel;
import org.sparkstrom.ml.NetworkClassifier;
import org.sparkstrom.ml.TrainingSummary;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Recognizes handwritten digits: the whole way from CSV files to a saved model that predicts.
 *
 * <p>A Pipeline scales the pixels by a DataVec process, assembles them to a vector and trains a
 * network on several workers that share thresholded updates. The fitted PipelineModel is saved,
 * loaded by a new Spark session, and evaluated on digits that it has not seen.
 */
@Command(
    name = "DigitsClassification",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Trains a network on handwritten digits; prints the result as a line of JSON.")
public final class DigitsClassification implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(DigitsClassification.class);

  private static final int HIDDEN_UNITS = 256;
  private static final int BATCH_SIZE = 16;

  /** How often the held-out rows are repeated to measure the speed of prediction. */
  private static final int REPETITIONS = 100;

  @Spec private CommandSpec spec;

  @Option(names = "--train", required = true, description = "CSV file with the digits to learn")
  private String train;

  @Option(names = "--test", required = true, description = "CSV file with held-out digits")
  private String test;

  @Option(
      names = "--model",
      required = true,
      description = "folder for the fitted PipelineModel; overwritten")
  private String model;

  @Option(names = "--workers", defaultValue = "2", description = "default: ${DEFAULT-VALUE}")
  private int workers;

  @Option(names = "--epochs", defaultValue = "30", description = "default: ${DEFAULT-VALUE}")
  private int epochs;

  @Option(names = "--seed", defaultValue = "42", description = "default: ${DEFAULT-VALUE}")
  private long seed;

  /** Runs the example as a program; the exit code is 0 if it has printed its result. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new DigitsClassification())
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              LOG.error("the example has failed", failure);
              command.getErr().println("error: " + describe(failure));
              return 1;
            });
  }

  /** The message of a failure and of its causes, as far as each says something new. */
  static String describe(Throwable failure) {
    StringBuilder text = new StringBuilder(String.valueOf(failure.getMessage()));
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (text.indexOf(message) < 0) {
        text.append(System.lineSeparator()).append("caused by: ").append(message);
      }
    }
    return text.toString();
  }

  @Override
  public Integer call() throws IOException {
    DigitsResult result =
        run(() -> SparkSession.builder().appName("Sparkstrom digits").getOrCreate());
    spec.commandLine().getOut().println(result.toJson());
    return 0;
  }

  /**
   * Fits in one session, which is stopped, and predicts in another.
   *
   * @param sessions starts a Spark session
   */
  DigitsResult run(Supplier<SparkSession> sessions) throws IOException {
    TrainingSummary fit;
    try (SparkSession spark = sessions.get()) {
      fit = fit(spark);
    }
    try (SparkSession spark = sessions.get()) {
      PipelineModel loaded = PipelineModel.load(model);
      Dataset<Row> heldOut = Digits.read(spark, test).cache();
      return new DigitsResult(
          accuracy(loaded.transform(heldOut)),
          fit.workers(),
          fit.executors(),
          // The fit reports one hash for all workers and refuses a result in which two differ.
          fit.parametersSha256().equals(parametersSha256(loaded)),
          fit.parametersSha256(),
          fit.rounds(),
          fit.bytesSent(),
          fit.denseBytes(),
          fit.fitSeconds(),
          rowsPerSecond(loaded, heldOut));
    }
  }

  private TrainingSummary fit(SparkSession spark) throws IOException {
    NetworkClassifier classifier =
        new NetworkClassifier()
            .setLayers(Digits.PIXEL_COUNT, HIDDEN_UNITS, Digits.CLASS_COUNT)
            .setWorkers(workers)
            .setBatchSize(BATCH_SIZE)
            .setMaxIter(epochs)
            .setSeed(seed)
            .setProgress("console")
            .setFeaturesCol(Digits.FEATURES)
            .setLabelCol(Digits.LABEL);
    Pipeline pipeline =
        new Pipeline()
            .setStages(new PipelineStage[] {Digits.scaling(), Digits.assembling(), classifier});
    PipelineModel fitted = pipeline.fit(Digits.read(spark, train));
    fitted.write().overwrite().save(model);
    return network(fitted).summary().orElseThrow();
  }

  private static NetworkClassificationModel network(PipelineModel pipeline) {
    return (NetworkClassificationModel) pipeline.stages()[pipeline.stages().length - 1];
  }

  private static String parametersSha256(PipelineModel pipeline) {
    return network(pipeline).snapshot().parametersSha256();
  }

  private static double accuracy(Dataset<Row> predictions) {
    return new MulticlassClassificationEvaluator()
        .setLabelCol(Digits.LABEL)
        .setMetricName("accuracy")
        .evaluate(predictions);
  }

  /** Speed of the whole pipeline, after a first pass that warms it up. */
  private static double rowsPerSecond(PipelineModel pipeline, Dataset<Row> rows) {
    Dataset<Row> many =
        rows.crossJoin(rows.sparkSession().range(REPETITIONS).toDF("repetition")).cache();
    long count = many.count();
    Dataset<Row> predictions = pipeline.transform(many);
    predictions.write().format("noop").mode("overwrite").save();
    long start = System.nanoTime();
    predictions.write().format("noop").mode("overwrite").save();
    return count / ((System.nanoTime() - start) * 1e-9);
  }
}

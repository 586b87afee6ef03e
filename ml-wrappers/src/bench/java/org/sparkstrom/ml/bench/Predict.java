// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.sparkstrom.ml.NetworkClassificationModel;
import org.sparkstrom.ml.NetworkClassifier;

/**
 * Compares how many rows a second a network 784-256-10 predicts inside Spark with what the bare
 * matrix products, MLlib's perceptron, DL4J row by row, and PyTorch reach on the same cores.
 *
 * <p>Each is run for 40 seconds of warmth, once at least, and three times on the clock; the median
 * counts. What Spark does with a row, from its cache to a sink that drops it, is part of the time
 * of all that run in it.
 */
public final class Predict {
  /** Images that are read and repeated: as many that a partition has about Spark's 128 MB. */
  static final int BASE_ROWS = 50_000;

  /** Each is in the cache so often; further rows are the cache once more, by a union. */
  static final int COPIES = 4;

  private static final int[] LAYERS = {784, 256, 10};
  private static final int RUNS = 3;
  private static final int WARMUP_SECONDS = 40;
  private static final int PYTORCH_MINUTES = 10;
  private static final int EXIT_USAGE = 2;

  private final PrintWriter progress = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
  private final PredictOptions options;
  private final int cores = Runtime.getRuntime().availableProcessors();
  private final Map<String, Double> rowsPerSecond = new LinkedHashMap<>();

  private Predict(PredictOptions options) {
    this.options = options;
  }

  /** Runs the comparison; arguments as in {@link PredictOptions}. */
  public static void main(String[] arguments) throws Exception {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PredictOptions options;
    try {
      options = PredictOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      new PrintWriter(System.err, true, StandardCharsets.UTF_8).println("predict: " + e);
      System.exit(EXIT_USAGE);
      return;
    }
    List<String> lines = new Predict(options).run();
    lines.forEach(out::println);
    if (!options.output().isEmpty()) {
      Files.write(
          Path.of(options.output()), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    System.exit(0); // whatever Spark and ND4J leave behind
  }

  private interface Run {
    void run() throws Exception;
  }

  private List<String> run() throws Exception {
    try (SparkSession spark = session()) {
      Dataset<Row> data = images(spark, COPIES, options.rows() / (BASE_ROWS * COPIES));
      NetworkClassificationModel ours =
          new NetworkClassifier()
              .setLayers(LAYERS)
              .setMaxIter(1)
              .setWorkers(1)
              .fit(data.limit(100));
      measure("sparkstrom", options.rows(), () -> sink(ours.transform(data)));
      measure("gemmLimit", options.rows(), () -> GemmLimit.run(LAYERS, options.rows(), cores));
      MultilayerPerceptronClassificationModel theirs =
          new MultilayerPerceptronClassifier().setLayers(LAYERS).setMaxIter(1).fit(data.limit(100));
      measure("mllib", options.rows(), () -> sink(theirs.transform(data)));
      Dataset<Row> some = images(spark, 1, 1);
      measure(
          "dl4jRowByRow",
          BASE_ROWS, // it is slow
          () -> sink(RowByRow.transform(some, ours.snapshot()).toDF()));
    }
    pytorch().ifPresent(rate -> rowsPerSecond.put("pytorch", rate));
    return lines();
  }

  private SparkSession session() {
    return SparkSession.builder()
        .master("local[" + cores + "]")
        .appName("bench predict")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.codegen.useIdInClassName", "false") // one class for all parts of a union
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate();
  }

  private Dataset<Row> images(SparkSession spark, int copies, int times) {
    return Images.frame(spark, Path.of(options.data()), BASE_ROWS, copies, times, cores);
  }

  private static void sink(Dataset<Row> data) {
    data.write().format("noop").mode("overwrite").save();
  }

  private void measure(String name, int rows, Run run) throws Exception {
    long warmNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(WARMUP_SECONDS);
    do {
      run.run();
    } while (System.nanoTime() < warmNs);
    double[] rates = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      long startNs = System.nanoTime();
      run.run();
      rates[i] = rows / ((System.nanoTime() - startNs) * 1e-9);
    }
    progress.println(name + ": " + Arrays.toString(rates) + " rows/s");
    Arrays.sort(rates);
    rowsPerSecond.put(name, rates[RUNS / 2]);
  }

  /** Rows a second of PyTorch; none if there is no torch. */
  private Optional<Double> pytorch() throws IOException, InterruptedException {
    Path answer = Files.createTempFile("sparkstrom-bench-predict", ".txt");
    try {
      Process process =
          new ProcessBuilder(
                  options.python(),
                  options.pytorchProgram(),
                  String.valueOf(options.rows()),
                  String.valueOf(cores))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .redirectOutput(answer.toFile())
              .start();
      boolean ended = process.waitFor(PYTORCH_MINUTES, TimeUnit.MINUTES);
      process.destroyForcibly().waitFor();
      if (ended && process.exitValue() == 0) {
        return Optional.of(Double.parseDouble(Files.readString(answer).trim()));
      }
      progress.println("pytorch: no result; " + options.python() + " needs torch");
    } catch (IOException e) {
      progress.println("pytorch: no result; " + e.getMessage());
    } finally {
      Files.delete(answer);
    }
    return Optional.empty();
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(String.format("%-14s %12s %14s", "", "rows/s", "sparkstrom by it"));
    double ours = rowsPerSecond.get("sparkstrom");
    rowsPerSecond.forEach(
        (name, rate) ->
            lines.add(String.format(Locale.ROOT, "%-14s %12.0f %14.2f", name, rate, ours / rate)));
    lines.add(
        rowsPerSecond.entrySet().stream()
            .map(e -> String.format(Locale.ROOT, "\"%s\":%.0f", e.getKey(), e.getValue()))
            .collect(Collectors.joining(",", "{\"rowsPerSecond\":{", "}}")));
    return lines;
  }
}

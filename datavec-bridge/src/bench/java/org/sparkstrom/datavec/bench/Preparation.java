// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;
import org.datavec.spark.transform.SparkTransformExecutor;
import org.sparkstrom.datavec.DataVecTransform;

/**
 * Compares what a preparation takes as a DataVec process on a DataFrame, as a query written by
 * hand, and in DataVec's own executor for Spark.
 *
 * <p>All read the same Parquet files, which the machine holds in memory, in the same partitions.
 * The first two write their rows to Spark's sink for nothing. DataVec's executor is there twice:
 * from DataFrame to DataFrame like the others, its records made rows again and written to that
 * sink, and alone, its records looked at value by value. How long it takes to read the columns
 * without doing anything is measured beside them. That all give the same is checked first, on a
 * part of the rows. Then each runs twice off the clock and in every round once on it, each round in
 * another order; medians count.
 */
public final class Preparation {
  private static final int EXIT_USAGE = 2;
  private static final int CHECKED_ROWS = 1_000;
  private static final double TOLERANCE = 1e-12;
  private static final String VIEW = "sales";
  private static final int WARM_UPS = 2;

  /**
   * Who is on the clock.
   *
   * @param run prepares the table of these files and drops the result
   */
  private record Contestant(String name, Consumer<String> run) {}

  private final SparkSession spark;
  private final PreparationOptions options;
  private final PrintWriter progress;
  private final TransformProcess process = SalesProblem.process();

  private Preparation(SparkSession spark, PreparationOptions options, PrintWriter progress) {
    this.spark = spark;
    this.options = options;
    this.progress = progress;
  }

  /** Runs the comparison; arguments as in {@link PreparationOptions#parse}. */
  public static void main(String[] arguments) throws IOException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter progress = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    PreparationOptions options;
    try {
      options = PreparationOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      progress.println("datavec: " + e.getMessage());
      System.exit(EXIT_USAGE);
      return;
    }
    Path folder = Files.createTempDirectory("sparkstrom-bench-datavec");
    try (SparkSession spark = session(folder)) {
      List<String> lines = new Preparation(spark, options, progress).run(folder);
      lines.forEach(out::println);
      if (!options.output().isEmpty()) {
        Files.write(
            Path.of(options.output()), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    } finally {
      delete(folder);
    }
  }

  private static SparkSession session(Path folder) {
    return SparkSession.builder()
        .master("local[*]")
        .appName("bench datavec")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.local.dir", folder.resolve("local").toString())
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
        .getOrCreate();
  }

  private List<String> run(Path folder) {
    spark.sparkContext().setLogLevel("ERROR");
    String all = folder.resolve("all").toString();
    String few = folder.resolve("few").toString();
    progress.println("writing " + options.rows() + " rows ...");
    SalesProblem.table(spark, options.rows()).write().parquet(all);
    SalesProblem.table(spark, Math.max(CHECKED_ROWS, options.rows() / 20)).write().parquet(few);
    requireSameResults(spark.read().parquet(few).orderBy("id").limit(CHECKED_ROWS));
    List<Contestant> contestants =
        List.of(
            new Contestant("Spark SQL, written by hand", this::sparkSql),
            new Contestant("bridge, a DataVec process on a DataFrame", this::bridge),
            new Contestant("datavec-spark, from DataFrame to DataFrame", this::dataVecSpark),
            new Contestant("datavec-spark, its records not made rows", this::dataVecSparkRecords),
            new Contestant("the columns read from Parquet, nothing done", this::reading));
    progress.println("warming up ...");
    for (int i = 0; i < WARM_UPS; i++) {
      contestants.forEach(contestant -> contestant.run().accept(few));
    }
    double[][] seconds = new double[contestants.size()][options.rounds()];
    for (int round = 0; round < options.rounds(); round++) {
      for (int i = 0; i < contestants.size(); i++) {
        int next = (i + round) % contestants.size();
        Contestant contestant = contestants.get(next);
        seconds[next][round] = seconds(() -> contestant.run().accept(all));
        progress.printf(Locale.ROOT, "%s %.2f s%n", contestant.name(), seconds[next][round]);
      }
    }
    return table(
        contestants.stream().map(Contestant::name).toList(),
        Arrays.stream(seconds).mapToDouble(Preparation::median).toArray());
  }

  private List<String> table(List<String> names, double[] seconds) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d rows of 20 columns, 12 steps; medians of %d rounds"
            .formatted(options.rows(), options.rounds()));
    for (int i = 0; i < seconds.length; i++) {
      lines.add(line(names.get(i), seconds[i]));
    }
    double sparkSql = seconds[0];
    double bridge = seconds[1];
    double dataVecSpark = seconds[2];
    double records = seconds[3];
    double reading = seconds[4];
    lines.add(
        String.format(
            Locale.ROOT,
            "bridge over Spark SQL %.2f (limit 1.25), datavec-spark over bridge %.1f (at least 8), its records"
                + " alone %.1f; over reading, the most that anybody could have, %.1f",
            bridge / sparkSql,
            dataVecSpark / bridge,
            records / bridge,
            dataVecSpark / reading));
    lines.add(
        String.format(
            Locale.ROOT,
            "{\"seconds\":{\"bridge\":%.2f,\"sparkSql\":%.2f,\"datavecSpark\":%.2f,"
                + "\"datavecSparkRecords\":%.2f,\"reading\":%.2f}}",
            bridge,
            sparkSql,
            dataVecSpark,
            records,
            reading));
    return lines;
  }

  private String line(String contestant, double seconds) {
    return String.format(
        Locale.ROOT, "%-45s %8.2f s %10.0f rows/s", contestant, seconds, options.rows() / seconds);
  }

  private void bridge(String files) {
    drain(DataVecTransform.of(process).apply(spark.read().parquet(files)));
  }

  private void sparkSql(String files) {
    drain(byHand(spark.read().parquet(files)));
  }

  private void dataVecSpark(String files) {
    Dataset<Row> rows = spark.read().parquet(files);
    drain(spark.createDataFrame(byExecutor(rows).map(new RecordRow()), byHand(rows).schema()));
  }

  /** What nobody who reads these files can be sooner than. */
  private void reading(String files) {
    drain(spark.read().parquet(files).drop(SalesProblem.UNUSED));
  }

  private void dataVecSparkRecords(String files) {
    byExecutor(spark.read().parquet(files)).foreachPartition(new RecordSink());
  }

  private Dataset<Row> byHand(Dataset<Row> rows) {
    rows.createOrReplaceTempView(VIEW);
    return spark.sql(SalesProblem.query(VIEW));
  }

  private JavaRDD<List<Writable>> byExecutor(Dataset<Row> rows) {
    return SparkTransformExecutor.execute(rows.javaRDD().map(new RowRecord()), process);
  }

  private void requireSameResults(Dataset<Row> rows) {
    List<Row> expected = byHand(rows).collectAsList();
    List<Row> found = DataVecTransform.of(process).apply(rows).collectAsList();
    List<List<Writable>> records = byExecutor(rows).collect();
    boolean same = expected.size() == found.size() && expected.size() == records.size();
    for (int i = 0; same && i < expected.size(); i++) {
      for (int column = 0; column < expected.get(i).size(); column++) {
        Object value = expected.get(i).get(column);
        same &= isSame(value, found.get(i).get(column));
        same &= isSame(value, records.get(i).get(column).toString());
      }
      if (!same) {
        throw new IllegalStateException(
            "the contestants do not do the same: row "
                + List.of(expected.get(i), found.get(i), records.get(i)));
      }
    }
    if (!same) {
      throw new IllegalStateException(
          "the contestants keep %d, %d and %d rows"
              .formatted(expected.size(), found.size(), records.size()));
    }
  }

  private static boolean isSame(Object expected, Object found) {
    if (expected instanceof Double number) {
      double other = Double.parseDouble(found.toString());
      return Math.abs(number - other) <= TOLERANCE * Math.max(1, Math.abs(number));
    }
    return String.valueOf(expected).equals(String.valueOf(found));
  }

  private static void drain(Dataset<Row> rows) {
    rows.write().format("noop").mode("overwrite").save();
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(double[] seconds) {
    double[] sorted = seconds.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}

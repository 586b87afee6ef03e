// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.nd4j.linalg.dataset.DataSet;
import org.sparkstrom.spark.training.ThreadedFit;

/** Sessions and data of the contestants on Spark; executors read MNIST's files themselves. */
final class SparkContest {
  static final int EXECUTORS = 2;
  static final StorageLevel STORAGE = StorageLevel.MEMORY_ONLY();

  /** Rows on which each contestant tries everything once, before the clock runs. */
  static final int WARM_UP_ROWS = 2048;

  private SparkContest() {}

  /** A session on the contest's master; further settings come as system properties. */
  static SparkSession session(Contest contest) {
    return SparkSession.builder()
        .master(contest.master())
        .appName("bench train")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.cores.max", EXECUTORS)
        .config("spark.sql.shuffle.partitions", EXECUTORS)
        .config("spark.scheduler.minRegisteredResourcesRatio", "1.0")
        .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "60s")
        .getOrCreate();
  }

  /** Columns features (vector) and label (double), a partition for each executor, cached. */
  static Dataset<Row> frame(SparkSession spark, Contest contest, int rows) {
    JavaRDD<Row> loaded = shares(spark).mapPartitions(new RowLoader(contest, rows));
    StructType schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType);
    Dataset<Row> frame = spark.createDataFrame(loaded, schema).persist(STORAGE);
    frame.count();
    return frame;
  }

  /** Batches of DL4J, cached. */
  static JavaRDD<DataSet> batches(SparkSession spark, Contest contest, int rows) {
    JavaRDD<DataSet> batches =
        shares(spark).mapPartitions(new BatchLoader(contest, rows)).persist(STORAGE);
    batches.count();
    return batches;
  }

  /** The ranks, one in each partition. */
  private static JavaRDD<Integer> shares(SparkSession spark) {
    List<Integer> ranks = new ArrayList<>();
    for (int rank = 0; rank < EXECUTORS; rank++) {
      ranks.add(rank);
    }
    return new JavaSparkContext(spark.sparkContext()).parallelize(ranks, EXECUTORS);
  }

  private static ThreadedFit.Rows share(Arguments arguments, int rank) {
    try {
      Contest contest = Contest.parse(arguments.values().toArray(String[]::new));
      Digits digits = Digits.read(contest.data());
      return digits.deal(EXECUTORS, contest.seed(), arguments.rows()).get(rank);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A contest as it travels. */
  private record Arguments(List<String> values, int rows) implements Serializable {}

  private static final class RowLoader implements FlatMapFunction<Iterator<Integer>, Row> {
    private static final long serialVersionUID = 1L;

    private final Arguments arguments;

    RowLoader(Contest contest, int rows) {
      arguments = new Arguments(new ArrayList<>(contest.arguments()), rows);
    }

    @Override
    public Iterator<Row> call(Iterator<Integer> ranks) {
      List<Row> rows = new ArrayList<>();
      float[] features = new float[TrainProblem.FEATURES];
      while (ranks.hasNext()) {
        ThreadedFit.Rows share = share(arguments, ranks.next());
        for (int row = 0; row < share.count(); row++) {
          double label = share.read(row, features, 0);
          double[] wide = new double[features.length];
          for (int i = 0; i < wide.length; i++) {
            wide[i] = features[i];
          }
          rows.add(RowFactory.create(Vectors.dense(wide), label));
        }
      }
      return rows.iterator();
    }
  }

  private static final class BatchLoader implements FlatMapFunction<Iterator<Integer>, DataSet> {
    private static final long serialVersionUID = 1L;

    private final Arguments arguments;

    BatchLoader(Contest contest, int rows) {
      arguments = new Arguments(new ArrayList<>(contest.arguments()), rows);
    }

    @Override
    public Iterator<DataSet> call(Iterator<Integer> ranks) {
      List<DataSet> batches = new ArrayList<>();
      Contest contest = Contest.parse(arguments.values().toArray(String[]::new));
      while (ranks.hasNext()) {
        batches.addAll(contest.batches(share(arguments, ranks.next()), 0));
      }
      return batches.iterator();
    }
  }
}

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
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.sparkstrom.spark.training.ThreadedFit;

/** Sessions and data of the contestants on Spark; executors read MNIST's files themselves. */
final class SparkContest {
  static final int EXECUTORS = 2;
  static final StorageLevel STORAGE = StorageLevel.MEMORY_ONLY();

  /** Epochs that a contestant may run which is told at the start when to stop. */
  static final int MOST_EPOCHS = 100;

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

  /**
   * Columns features (vector), label (double) and heldOut (boolean), a partition for each executor.
   */
  static Dataset<Row> frame(SparkSession spark, Contest contest) {
    StructType schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType)
            .add("heldOut", DataTypes.BooleanType);
    return spark.createDataFrame(shares(spark).mapPartitions(new RowLoader(contest)), schema);
  }

  /** The same rows, in the executors' memory. */
  static Dataset<Row> cached(Dataset<Row> frame) {
    Dataset<Row> cached = frame.persist(STORAGE);
    cached.count();
    return cached;
  }

  /** Batches of DL4J, cached. */
  static JavaRDD<DataSet> batches(SparkSession spark, Contest contest) {
    JavaRDD<DataSet> batches =
        shares(spark).mapPartitions(new BatchLoader(contest)).persist(STORAGE);
    batches.count();
    return batches;
  }

  /** Trains a network of DL4J in each executor on its batches, and forgets it. */
  static void trainApart(JavaRDD<DataSet> batches, Contest contest) {
    batches.foreachPartition(new PlainTraining(contest));
  }

  /** The ranks, one in each partition. */
  private static JavaRDD<Integer> shares(SparkSession spark) {
    List<Integer> ranks = new ArrayList<>();
    for (int rank = 0; rank < EXECUTORS; rank++) {
      ranks.add(rank);
    }
    return new JavaSparkContext(spark.sparkContext()).parallelize(ranks, EXECUTORS);
  }

  private static ThreadedFit.Rows share(Contest contest, int rank) {
    return digits(contest).deal(EXECUTORS, contest.seed(), contest.rows()).get(rank);
  }

  private static Digits digits(Contest contest) {
    try {
      return Digits.read(contest.data());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A contest as it travels. */
  private record Arguments(List<String> values) implements Serializable {
    Arguments(Contest contest) {
      this(new ArrayList<>(contest.arguments()));
    }

    Contest contest() {
      return Contest.parse(values.toArray(String[]::new));
    }
  }

  private static final class RowLoader implements FlatMapFunction<Iterator<Integer>, Row> {
    private static final long serialVersionUID = 1L;

    private final Arguments arguments;

    RowLoader(Contest contest) {
      arguments = new Arguments(contest);
    }

    @Override
    public Iterator<Row> call(Iterator<Integer> ranks) {
      Contest contest = arguments.contest();
      ThreadedFit.Rows heldOut = digits(contest).heldOut();
      List<Row> rows = new ArrayList<>();
      while (ranks.hasNext()) {
        int rank = ranks.next();
        ThreadedFit.Rows share = share(contest, rank);
        for (int row = 0; row < share.count(); row++) {
          rows.add(row(share, row, false));
        }
        for (int row = rank; row < heldOut.count(); row += EXECUTORS) {
          rows.add(row(heldOut, row, true));
        }
      }
      return rows.iterator();
    }

    private static Row row(ThreadedFit.Rows from, int row, boolean heldOut) {
      float[] features = new float[TrainProblem.FEATURES];
      double label = from.read(row, features, 0);
      double[] wide = new double[features.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = features[i];
      }
      return RowFactory.create(Vectors.dense(wide), label, heldOut);
    }
  }

  private static final class BatchLoader implements FlatMapFunction<Iterator<Integer>, DataSet> {
    private static final long serialVersionUID = 1L;

    private final Arguments arguments;

    BatchLoader(Contest contest) {
      arguments = new Arguments(contest);
    }

    @Override
    public Iterator<DataSet> call(Iterator<Integer> ranks) {
      Contest contest = arguments.contest();
      List<DataSet> batches = new ArrayList<>();
      while (ranks.hasNext()) {
        batches.addAll(contest.batches(share(contest, ranks.next()), 0));
      }
      return batches.iterator();
    }
  }

  private static final class PlainTraining implements VoidFunction<Iterator<DataSet>> {
    private static final long serialVersionUID = 1L;

    private final Arguments arguments;

    PlainTraining(Contest contest) {
      arguments = new Arguments(contest);
    }

    @Override
    public void call(Iterator<DataSet> batches) {
      Contest contest = arguments.contest();
      MultiLayerNetwork network = new MultiLayerNetwork(contest.problem().network(contest.seed()));
      network.init();
      batches.forEachRemaining(network::fit);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** One local Spark session, and small data and networks, for the tests of this module. */
public final class SparkTests {

  private SparkTests() {}

  /** A session with two slots on 127.0.0.1; shared by all tests of the JVM. */
  public static SparkSession session() {
    return builder().getOrCreate();
  }

  /** The settings of that session, for tests that need others beside them. */
  public static SparkSession.Builder builder() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("spark-dl tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "4");
  }

  /** Columns features (vector) and label (double). */
  public static StructType schema() {
    return new StructType()
        .add("features", SQLDataTypes.VectorType())
        .add("label", DataTypes.DoubleType);
  }

  /** Rows of three overlapping clouds of points in four dimensions. */
  public static List<Row> clouds(int rows, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, rows)
        .mapToObj(
            i -> {
              int label = i % 3;
              double[] x = random.doubles(4, -1, 1).toArray();
              x[label] += 1.5;
              return RowFactory.create(Vectors.dense(x), (double) label);
            })
        .toList();
  }

  /** A data frame of {@link #clouds}. */
  public static Dataset<Row> cloudFrame(int rows, long seed, int partitions) {
    return session().createDataFrame(clouds(rows, seed), schema()).repartition(partitions);
  }

  /** A network 4-8-3 for {@link #clouds}. */
  public static MultiLayerConfiguration network(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(updater)
        .list()
        .layer(new DenseLayer.Builder().nIn(4).nOut(8).activation(Activation.TANH).build())
        .layer(
            new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nIn(8)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  /** Share of rows of {@link #clouds} that a network puts into their class. */
  public static double accuracy(NetworkSnapshot snapshot, List<Row> rows) {
    MultiLayerNetwork network = snapshot.restore();
    double[][] features =
        rows.stream().map(row -> row.<Vector>getAs(0).toArray()).toArray(double[][]::new);
    int[] predicted = network.predict(Nd4j.create(features).castTo(network.params().dataType()));
    int right = 0;
    for (int i = 0; i < predicted.length; i++) {
      right += predicted[i] == (int) rows.get(i).getDouble(1) ? 1 : 0;
    }
    return (double) right / predicted.length;
  }
}

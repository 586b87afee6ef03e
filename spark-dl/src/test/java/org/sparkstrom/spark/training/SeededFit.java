// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.spark.SparkCluster;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * A fit of three workers in which much is random, all of it from one seed: the order of rows, what
 * dropout drops, the first weights. Adam, and the sharing that is the default.
 *
 * <p>Its {@link #main} is a driver of its own for it.
 */
final class SeededFit {
  static final int EPOCHS = 10;
  private static final int ROWS = 900;
  private static final int PARTITIONS = 5;

  private SeededFit() {}

  /** Trains in this session, by a seed for the order of rows and dropout. */
  static TrainingResult run(SparkSession session, long seed) {
    TrainingConfig config =
        TrainingConfig.builder().workers(3).batchSize(16).epochs(EPOCHS).seed(seed).build();
    Dataset<Row> rows =
        session.createDataFrame(
            JavaSparkContext.fromSparkContext(session.sparkContext())
                .parallelize(SparkTests.clouds(ROWS, 5), PARTITIONS),
            SparkTests.schema());
    return new DistributedTrainer(session.sparkContext(), config, List.of())
        .fit(NetworkSnapshot.initial(network()), rows, new ColumnBinding("features", "label"));
  }

  private static MultiLayerConfiguration network() {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(new Adam(0.01))
        .list()
        .layer(new DenseLayer.Builder().nIn(4).nOut(32).activation(Activation.RELU).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(32)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .dropOut(0.8)
                .build())
        .build();
  }

  /** Takes the master's URL, the cluster's folder, the seed, and the file for the SHA-256. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    try (SparkSession session = SparkCluster.application(arguments[0], folder).getOrCreate()) {
      String hash = run(session, Long.parseLong(arguments[2])).parametersSha256();
      Files.writeString(Path.of(arguments[3]), hash);
    }
  }
}

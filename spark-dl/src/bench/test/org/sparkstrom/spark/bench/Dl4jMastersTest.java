// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.solvers.accumulation.encoding.threshold.AdaptiveThresholdAlgorithm;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.deeplearning4j.spark.parameterserver.training.SharedTrainingMaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.parameterserver.distributed.conf.VoidConfiguration;
import org.nd4j.parameterserver.distributed.v2.transport.impl.AeronUdpTransport;
import org.sparkstrom.sharing.transport.aeron.JdkModules;
import org.sparkstrom.spark.SparkTests;

/** DL4J's own masters run on our dependencies, so that a comparison with them is fair. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class Dl4jMastersTest {

  private static final int BATCH = 16;

  @Test
  void parameterAveragingLearns() {
    assertLearns(
        new ParameterAveragingTrainingMaster.Builder(2, BATCH)
            .batchSizePerWorker(BATCH)
            .averagingFrequency(2)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .build());
  }

  /** Everything that it links to is there; whole fits are for the benchmark, in JVMs of its own. */
  @Test
  void sharedTrainingOpensItsTransportOnOurAeron() {
    JdkModules.openForAeron();
    System.setProperty("aeron.dir.delete.on.shutdown", "true"); // it leaves 47 MB in /dev/shm
    System.setProperty("aeron.publication.unblock.timeout", "45s"); // it does not start without
    VoidConfiguration network =
        VoidConfiguration.builder().unicastPort(40_123).networkMask("127.0.0.0/8").build();
    assertThat(
            new SharedTrainingMaster.Builder(
                    network, 2, new AdaptiveThresholdAlgorithm(1e-3), BATCH)
                .workersPerNode(1)
                .build())
        .isNotNull();
    AeronUdpTransport transport =
        new AeronUdpTransport("127.0.0.1", 40_123, "127.0.0.1", 40_123, network);
    transport.launchAsMaster();
    try {
      assertThat(transport.id()).isNotBlank();
    } finally {
      transport.shutdown();
    }
  }

  private static void assertLearns(TrainingMaster<?, ?> master) {
    JavaSparkContext spark = new JavaSparkContext(SparkTests.session().sparkContext());
    List<DataSet> batches = batches(SparkTests.clouds(960, 3));
    JavaRDD<DataSet> data = spark.parallelize(batches, 2);
    SparkDl4jMultiLayer network =
        new SparkDl4jMultiLayer(spark, SparkTests.network(new Adam(0.01)), master);
    try {
      for (int epoch = 0; epoch < 4; epoch++) {
        network.fit(data);
      }
      MultiLayerNetwork fitted = network.getNetwork();
      DataSet test = DataSet.merge(batches(SparkTests.clouds(480, 4)));
      assertThat(fitted.evaluate(new ListDataSetIterator<>(test.asList(), 64)).accuracy())
          .isGreaterThan(0.7);
    } finally {
      master.deleteTempFiles(spark);
    }
  }

  private static List<DataSet> batches(List<Row> rows) {
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += BATCH) {
      float[][] x = new float[BATCH][4];
      float[][] y = new float[BATCH][3];
      for (int i = 0; i < BATCH; i++) {
        double[] features = rows.get(from + i).<Vector>getAs(0).toArray();
        for (int j = 0; j < 4; j++) {
          x[i][j] = (float) features[j];
        }
        y[i][(int) rows.get(from + i).getDouble(1)] = 1;
      }
      batches.add(
          new DataSet(
              Nd4j.create(x).castTo(DataType.FLOAT), Nd4j.create(y).castTo(DataType.FLOAT)));
    }
    return batches;
  }
}

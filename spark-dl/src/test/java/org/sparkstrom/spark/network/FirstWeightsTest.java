// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkstrom.spark.SparkTests;

class FirstWeightsTest {

  private static final long MIB = 1L << 20;

  @Test
  void areAsManyAsThoseOfTheNetworkThatIsMade() {
    MultiLayerConfiguration configuration = SparkTests.network(new Adam(0.01));
    NetworkSnapshot made = NetworkSnapshot.initial(configuration);
    assertThat(FirstWeights.of(new NetworkConfiguration.Layered(configuration)))
        .isEqualTo(new FirstWeights(made.parameters().length, made.updaterState().length));
  }

  @Test
  void whatDoesNotFitIsRefusedWithSizesAndSetting() {
    FirstWeights weights = new FirstWeights(100 * MIB, 200 * MIB); // 1200 MiB
    weights.requireFit(1200 * MIB, 1200 * MIB);
    weights.requireFit(1200 * MIB, 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> weights.requireFit(1199 * MIB, 0))
        .withMessage(
            "the network's 104857600 parameters and 209715200 values of updater state take 1200 MiB"
                + " of the driver's heap, which has 1199 MiB. Raise spark.driver.memory to"
                + " 2400 MiB or more, or make the network smaller");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> weights.requireFit(1200 * MIB, 1199 * MIB))
        .withMessageContaining("1199 MiB")
        .withMessageContaining("or lower spark.driver.memory");
  }

  @Test
  void aNetworkOfTerabytesIsRefusedBeforeItIsMade() {
    int width = 1_000_000;
    ComputationGraphConfiguration graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .addLayer("wide", new DenseLayer.Builder().nIn(width).nOut(width).build(), "in")
            .addLayer("out", new OutputLayer.Builder().nIn(width).nOut(2).build(), "wide")
            .setOutputs("out")
            .build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NetworkSnapshot.initial(graph))
        .withMessageContaining("1000003000002 parameters")
        .withMessageContaining("spark.driver.memory");
  }
}

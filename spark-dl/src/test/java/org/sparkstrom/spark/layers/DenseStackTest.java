// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class DenseStackTest {
  private static final int FEATURES = 37;

  @Test
  void givesWhatDl4jGivesForBatchesOfAnySize() {
    compare(
        network(
            dense(FEATURES, 300).activation(Activation.RELU).dropOut(0.5),
            dense(300, 5_000).activation(Activation.RELU).hasBias(false),
            dense(5_000, 7).activation(Activation.IDENTITY),
            output(7, 4, Activation.SOFTMAX, LossFunction.MCXENT)));
    compare(network(output(FEATURES, 1, Activation.IDENTITY, LossFunction.MSE)));
  }

  private static void compare(MultiLayerNetwork network) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (DenseStack stack = DenseStack.of(network).orElseThrow()) {
      assertThat(stack.inputs()).isEqualTo(FEATURES);
      for (int rows : new int[] {3, 1, 64, 100, 2}) {
        float[] features = new float[rows * FEATURES + 5]; // the rest is to be ignored
        for (int i = 0; i < features.length; i++) {
          features[i] = (float) random.nextGaussian();
        }
        float[] actual = stack.output(features, rows);
        float[] expected =
            network
                .output(
                    Nd4j.create(
                        Arrays.copyOf(features, rows * FEATURES), new long[] {rows, FEATURES}, 'c'))
                .dup('c')
                .data()
                .asFloat();
        assertThat(actual).as("seed %d", seed).containsExactly(expected, within(1e-5f));
      }
    }
  }

  @Test
  void whatIsNoStackOfPlainLayersIsLeftToDl4j() {
    OutputLayer.Builder softmax = output(4, 3, Activation.SOFTMAX, LossFunction.MCXENT);
    assertThat(DenseStack.of(network(dense(FEATURES, 4).activation(Activation.TANH), softmax)))
        .isEmpty();
    assertThat(DenseStack.of(network(dense(FEATURES, 4).hasLayerNorm(true), softmax))).isEmpty();
    assertThat(
            DenseStack.of(network(dense(FEATURES, 4).weightNoise(new DropConnect(0.5)), softmax)))
        .isEmpty();
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("out", softmax.build(), "in")
                .setOutputs("out")
                .build());
    graph.init();
    assertThat(DenseStack.of(graph)).isEmpty();
  }

  @Test
  void afterItIsClosedItSaysSo() {
    DenseStack stack =
        DenseStack.of(network(output(FEATURES, 1, Activation.IDENTITY, LossFunction.MSE)))
            .orElseThrow();
    stack.output(new float[FEATURES], 1);
    stack.close();
    stack.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> stack.output(new float[FEATURES], 1))
        .withMessage("the stack of dense layers must be open, but is closed");
  }

  private static MultiLayerNetwork network(FeedForwardLayer.Builder<?>... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(5).weightInit(WeightInit.XAVIER).list();
    for (FeedForwardLayer.Builder<?> layer : layers) {
      list.layer(layer.build());
    }
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    float[] noise = new float[(int) network.numParams()];
    Random random = new Random(3);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = 0.05f * (float) random.nextGaussian(); // biases too
    }
    network.params().addi(Nd4j.create(noise).reshape(network.params().shape()));
    return network;
  }

  private static DenseLayer.Builder dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.RELU);
  }

  private static OutputLayer.Builder output(
      int in, int out, Activation activation, LossFunction loss) {
    return new OutputLayer.Builder(loss).nIn(in).nOut(out).activation(activation);
  }
}

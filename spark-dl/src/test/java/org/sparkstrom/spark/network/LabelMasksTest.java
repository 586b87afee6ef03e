// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Weights at the outputs of a graph, each by itself. */
class LabelMasksTest {

  private static final float[][] X = {{0.1f, -0.4f}, {0.9f, 0.3f}, {-0.7f, 0.5f}};
  private static final float[][] CLASSES = {{1, 0}, {0, 1}, {1, 0}};
  private static final float[][] TARGETS = {{0.3f}, {-0.8f}, {0.1f}};

  @Test
  void aRowThatWeighsTwiceAtAllOutputsIsTwoRows() {
    float[][] mask = {{1.5f}, {0.75f}, {0.75f}}; // 2, 1, 1, with a mean of 1
    float[] weighted = train(batch(new int[] {0, 1, 2}, mask, mask));
    float[] copied = train(batch(new int[] {0, 0, 1, 2}, null, null));
    assertThat(distance(weighted, copied)).isLessThan(1e-6);
  }

  @Test
  void anOutputThatIsMaskedOutMovesNothingAndTheOtherAsBefore() {
    float[][] none = {{0}, {0}, {0}};
    float[][] twice = {{2}, {2}, {2}};
    float[] weighted = train(batch(new int[] {0, 1, 2}, none, twice));
    float[] rate = train(batch(new int[] {0, 1, 2}, none, new float[][] {{1}, {1}, {1}}), 0.2);
    assertThat(distance(weighted, rate)).isLessThan(1e-6);
  }

  @Test
  void aSingleRowMayHaveAnyWeight() {
    int[] row = {1};
    float[] unmasked = train(batch(row, null, null));
    assertThat(distance(train(batch(row, weight(1), weight(1))), unmasked)).isLessThan(1e-6);
    float[] threefold = train(batch(row, null, null), 0.3);
    assertThat(distance(train(batch(row, weight(3), weight(3))), threefold)).isLessThan(1e-6);
    float[] initial = train(batch(row, null, null), 1e-30);
    assertThat(distance(train(batch(row, weight(0), weight(0))), initial)).isLessThan(1e-6);
    assertThat(distance(unmasked, initial)).isGreaterThan(1e-3);
  }

  private static float[][] weight(float value) {
    return new float[][] {{value}};
  }

  @Test
  void theConfigurationOfTheNetworkStaysAsItWas() {
    NetworkSnapshot initial = NetworkSnapshot.initial(graph(0.1));
    try (LiveNetwork network = LiveNetwork.of(initial)) {
      network.fit(batch(new int[] {0, 1, 2}, new float[][] {{3}, {0}, {0}}, null));
      assertThat(network.snapshot().configurationJson()).doesNotContain("WeightedLoss");
    }
  }

  private static MultiDataSet batch(int[] rows, float[][] classMask, float[][] targetMask) {
    boolean masked = classMask != null || targetMask != null;
    return new MultiDataSet(
        new INDArray[] {pick(X, rows)},
        new INDArray[] {pick(CLASSES, rows), pick(TARGETS, rows)},
        null,
        masked ? new INDArray[] {array(classMask), array(targetMask)} : null);
  }

  private static INDArray pick(float[][] values, int[] rows) {
    return Nd4j.create(IntStream.of(rows).mapToObj(row -> values[row]).toArray(float[][]::new));
  }

  private static INDArray array(float[][] mask) {
    return mask == null ? null : Nd4j.create(mask);
  }

  private static float[] train(MultiDataSet batch) {
    return train(batch, 0.1);
  }

  private static float[] train(MultiDataSet batch, double learningRate) {
    try (LiveNetwork network = LiveNetwork.of(NetworkSnapshot.initial(graph(learningRate)))) {
      network.fit(batch);
      return network.parameterValues();
    }
  }

  private static ComputationGraphConfiguration graph(double learningRate) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(new Sgd(learningRate))
        .graphBuilder()
        .addInputs("x")
        .addLayer(
            "hidden",
            new DenseLayer.Builder().nIn(2).nOut(3).activation(Activation.TANH).build(),
            "x")
        .addLayer(
            "class",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(3)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build(),
            "hidden")
        .addLayer(
            "target",
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(3)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build(),
            "hidden")
        .setOutputs("class", "target")
        .build();
  }

  private static double distance(float[] a, float[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow();
  }
}

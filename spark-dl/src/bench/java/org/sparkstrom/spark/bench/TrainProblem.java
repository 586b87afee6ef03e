// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.util.Arrays;
import java.util.Locale;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** What all contestants of {@link Train} learn: a network on MNIST, and when it is good enough. */
enum TrainProblem {
  /** One hidden layer, 784-256-10. */
  PERCEPTRON(0.975),
  /** LeNet-5: two convolutions with 6 and 16 maps, each pooled, and dense layers 120-84-10. */
  LENET(0.98);

  static final int BATCH_SIZE = 64;
  static final double LEARNING_RATE = 1e-3;
  static final int SIDE = 28;
  static final int FEATURES = SIDE * SIDE;

  private final double target;

  TrainProblem(double target) {
    this.target = target;
  }

  /** Accuracy on the held-out rows at which the clock stops. */
  double target() {
    return target;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The problem of that label.
   *
   * @throws IllegalArgumentException if there is none
   */
  static TrainProblem of(String label) {
    return Arrays.stream(values())
        .filter(problem -> problem.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--problem must be perceptron or lenet, but is '" + label + "'"));
  }

  /** The network, with the weights that the seed gives. */
  MultiLayerConfiguration network(long seed) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(DataType.FLOAT)
            .updater(new Adam(LEARNING_RATE))
            .weightInit(WeightInit.RELU)
            .activation(Activation.RELU)
            .list();
    if (this == PERCEPTRON) {
      return layers
          .layer(new DenseLayer.Builder().nIn(FEATURES).nOut(256).build())
          .layer(output().nIn(256).build())
          .build();
    }
    return layers
        .layer(new ConvolutionLayer.Builder(5, 5).padding(2, 2).nOut(6).build())
        .layer(pooling())
        .layer(new ConvolutionLayer.Builder(5, 5).nOut(16).build())
        .layer(pooling())
        .layer(new DenseLayer.Builder().nOut(120).build())
        .layer(new DenseLayer.Builder().nOut(84).build())
        .layer(output().build())
        .setInputType(InputType.convolutionalFlat(SIDE, SIDE, 1))
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build();
  }

  private static OutputLayer.Builder output() {
    return new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
        .nOut(Digits.CLASS_COUNT)
        .activation(Activation.SOFTMAX)
        .weightInit(WeightInit.XAVIER);
  }
}

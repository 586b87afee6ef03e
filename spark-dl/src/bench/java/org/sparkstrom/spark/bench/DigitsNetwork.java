// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.ThreadedFit;

/** The network that learns {@link Digits}: one hidden ReLU layer, softmax, Adam. */
final class DigitsNetwork {
  static final int HIDDEN_UNITS = 256;
  static final double LEARNING_RATE = 1e-3;

  private static final int SCORING_ROWS = 1000;

  private DigitsNetwork() {}

  /** The network before training, with the weights that the seed gives. */
  static NetworkSnapshot initial(int pixelCount, long seed) {
    return NetworkSnapshot.initial(
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(DataType.FLOAT)
            .updater(new Adam(LEARNING_RATE))
            .list()
            .layer(
                new DenseLayer.Builder()
                    .nIn(pixelCount)
                    .nOut(HIDDEN_UNITS)
                    .activation(Activation.RELU)
                    .weightInit(WeightInit.RELU)
                    .build())
            .layer(
                new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nIn(HIDDEN_UNITS)
                    .nOut(Digits.CLASS_COUNT)
                    .activation(Activation.SOFTMAX)
                    .weightInit(WeightInit.XAVIER)
                    .build())
            .build());
  }

  /** Share of the rows whose class the network gives the highest probability. */
  static double accuracy(NetworkSnapshot snapshot, ThreadedFit.Rows rows) {
    MultiLayerNetwork network = snapshot.forInference().restore();
    try {
      int correct = 0;
      for (int first = 0; first < rows.count(); first += SCORING_ROWS) {
        correct += correct(network, rows, first, Math.min(SCORING_ROWS, rows.count() - first));
      }
      return (double) correct / rows.count();
    } finally {
      network.close();
    }
  }

  private static int correct(
      MultiLayerNetwork network, ThreadedFit.Rows rows, int first, int count) {
    int featureCount = rows.featureCount();
    float[] features = new float[count * featureCount];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = rows.read(first + i, features, i * featureCount);
    }
    int correct = 0;
    try (INDArray x = Nd4j.create(features, new long[] {count, featureCount}, 'c')) {
      int[] predicted = network.predict(x);
      for (int i = 0; i < count; i++) {
        correct += predicted[i] == labels[i] ? 1 : 0;
      }
    }
    return correct;
  }
}

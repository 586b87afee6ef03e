// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * Networks that can be classifiers: made from layer sizes or read from JSON, and checked on the
 * driver, where an error still names what the user wrote.
 */
final class ClassifierNetwork {

  private ClassifierNetwork() {}

  /**
   * The configuration of a plain network: dense ReLU layers, softmax output, Adam.
   *
   * @param layers number of inputs, sizes of the hidden layers, number of classes
   * @param seed decides the first weights
   */
  static MultiLayerConfiguration ofLayers(int[] layers, double learningRate, long seed) {
    checkLayers(layers);
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(DataType.FLOAT)
            .updater(new Adam(learningRate))
            .list();
    int last = layers.length - 1;
    for (int i = 1; i < last; i++) {
      list.layer(
          new DenseLayer.Builder()
              .nIn(layers[i - 1])
              .nOut(layers[i])
              .activation(Activation.RELU)
              .weightInit(WeightInit.RELU)
              .build());
    }
    list.layer(
        new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
            .nIn(layers[last - 1])
            .nOut(layers[last])
            .activation(Activation.SOFTMAX)
            .weightInit(WeightInit.XAVIER)
            .build());
    return list.build();
  }

  /** Checks the sizes of a plain network. */
  static void checkLayers(int[] layers) {
    if (layers.length < 2 || Arrays.stream(layers).anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          ("layers must be the number of features, the sizes of the hidden layers, and the number "
                  + "of classes, all at least 1, but is %s")
              .formatted(Arrays.toString(layers)));
    }
    if (layers[layers.length - 1] < 2) {
      throw new IllegalArgumentException(
          "layers must end with the number of classes, at least 2, but is %s"
              .formatted(Arrays.toString(layers)));
    }
  }

  /**
   * The configuration that this JSON describes.
   *
   * @throws IllegalArgumentException if it is no MultiLayerConfiguration, with DL4J's reason
   */
  static MultiLayerConfiguration parse(String json) {
    if (!json.contains("\"confs\"")) {
      throw new IllegalArgumentException(
          "configuration must be a DL4J MultiLayerConfiguration as JSON (its toJson()), but has no "
              + "list 'confs' of layers. Is it a ComputationGraphConfiguration?");
    }
    try {
      return MultiLayerConfiguration.fromJson(json);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "configuration must be a DL4J MultiLayerConfiguration as JSON (its toJson()), but DL4J "
              + "cannot read it: "
              + firstLine(e),
          e);
    }
  }

  /**
   * Number of classes that a network tells apart.
   *
   * @throws IllegalArgumentException if its output is no probability of at least two classes
   */
  static int classCount(MultiLayerConfiguration configuration) {
    Layer last = configuration.getConf(configuration.getConfs().size() - 1).getLayer();
    if (!(last instanceof BaseOutputLayer output) || last instanceof RnnOutputLayer) {
      throw new IllegalArgumentException(
          ("a classifier's last layer must be an OutputLayer, one prediction a row, but is %s; end "
                  + "the configuration with an OutputLayer with softmax activation")
              .formatted(last.getClass().getSimpleName()));
    }
    if (!(output.getActivationFn() instanceof ActivationSoftmax)) {
      throw new IllegalArgumentException(
          ("a classifier's output layer must have softmax activation, so that its outputs are "
                  + "probabilities, but has %s; set activation(Activation.SOFTMAX)")
              .formatted(output.getActivationFn()));
    }
    if (output.getNOut() < 2) {
      throw new IllegalArgumentException(
          ("a classifier's output layer must have one output a class, at least 2, but has %d; set "
                  + "nOut to the number of classes")
              .formatted(output.getNOut()));
    }
    return Math.toIntExact(output.getNOut());
  }

  /**
   * A snapshot with first weights, as the configuration's seed gives them.
   *
   * @throws IllegalArgumentException if DL4J refuses the configuration, with its reason
   */
  static NetworkSnapshot initialize(MultiLayerConfiguration configuration) {
    try {
      return NetworkSnapshot.initial(configuration);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "the configuration must be one that DL4J can initialize, but is not: "
              + firstLine(e)
              + ". Does every layer have its nIn, or the configuration an input type?",
          e);
    }
  }

  private static String firstLine(RuntimeException e) {
    String text = String.valueOf(e.getMessage());
    return text.lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}

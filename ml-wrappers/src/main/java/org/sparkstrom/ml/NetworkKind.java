// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.sparkstrom.spark.network.NativeRuntime;

/**
 * What an estimator needs of its network, and how it makes a plain one from layer sizes: checked on
 * the driver, where an error still names what the user wrote.
 */
enum NetworkKind {
  /** The outputs are probabilities of classes. */
  CLASSIFIER("classifier", Activation.SOFTMAX, LossFunction.MCXENT) {
    @Override
    List<String> figures() {
      return List.of("loss", "accuracy");
    }

    @Override
    String layersDoc() {
      return "sizes of a network of dense ReLU layers with a softmax output, trained with Adam: "
          + "number of features, sizes of the hidden layers, number of classes; set this or "
          + "configuration";
    }

    @Override
    void requireOutputs(int[] layers) {
      if (layers[layers.length - 1] < 2) {
        throw new IllegalArgumentException(
            "layers must end with the number of classes, at least 2, but is %s"
                .formatted(Arrays.toString(layers)));
      }
    }

    @Override
    void requireOutputs(IActivation activation, long outputs) {
      if (!(activation instanceof ActivationSoftmax)) {
        throw new IllegalArgumentException(
            ("a classifier's output layer must have softmax activation, so that its outputs are "
                    + "probabilities, but has %s; set activation(Activation.SOFTMAX)")
                .formatted(activation));
      }
      if (outputs < 2) {
        throw new IllegalArgumentException(
            ("a classifier's output layer must have one output a class, at least 2, but has %d; set"
                    + " nOut to the number of classes")
                .formatted(outputs));
      }
    }
  },

  /** The one output is the number itself. */
  REGRESSOR("regressor", Activation.IDENTITY, LossFunction.MSE) {
    @Override
    List<String> figures() {
      return List.of("loss", "mse", "mae");
    }

    @Override
    String layersDoc() {
      return "sizes of a network of dense ReLU layers with a linear output, trained with Adam on "
          + "squared errors: number of features, sizes of the hidden layers, 1; set this or "
          + "configuration";
    }

    @Override
    void requireOutputs(int[] layers) {
      if (layers[layers.length - 1] != 1) {
        throw new IllegalArgumentException(
            "layers of a regressor must end with its one output, 1, but is %s"
                .formatted(Arrays.toString(layers)));
      }
    }

    @Override
    void requireOutputs(IActivation activation, long outputs) {
      if (activation instanceof ActivationSoftmax) {
        throw new IllegalArgumentException(
            "a regressor's output layer must give a number, but has softmax activation, which gives"
                + " probabilities; set activation(Activation.IDENTITY), or take NetworkClassifier");
      }
      if (outputs != 1) {
        throw new IllegalArgumentException(
            "a regressor's output layer must have one output, but has %d; set nOut to 1"
                .formatted(outputs));
      }
    }
  };

  private final String noun;
  private final Activation activation;
  private final LossFunction loss;

  NetworkKind(String noun, Activation activation, LossFunction loss) {
    this.noun = noun;
    this.activation = activation;
    this.loss = loss;
  }

  /** The figures that validation measures. */
  abstract List<String> figures();

  /** Doc of the Param {@code layers}. */
  abstract String layersDoc();

  abstract void requireOutputs(int[] layers);

  abstract void requireOutputs(IActivation activation, long outputs);

  /**
   * The configuration of a plain network: dense ReLU layers, this kind's output, Adam.
   *
   * @param layers number of inputs, sizes of the hidden layers, number of outputs
   * @param seed decides the first weights
   */
  MultiLayerConfiguration ofLayers(int[] layers, double learningRate, long seed) {
    checkLayers(layers);
    NativeRuntime.prepare();
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
        new OutputLayer.Builder(loss)
            .nIn(layers[last - 1])
            .nOut(layers[last])
            .activation(activation)
            .weightInit(WeightInit.XAVIER)
            .build());
    return list.build();
  }

  /** Checks the sizes of a plain network. */
  void checkLayers(int[] layers) {
    if (layers.length < 2 || Arrays.stream(layers).anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          ("layers must be the number of features, the sizes of the hidden layers, and the number "
                  + "of outputs, all at least 1, but is %s")
              .formatted(Arrays.toString(layers)));
    }
    requireOutputs(layers);
  }

  /**
   * Number of outputs of a network of this kind.
   *
   * @throws IllegalArgumentException if it is of another kind
   */
  int outputs(MultiLayerConfiguration configuration) {
    Layer last = configuration.getConf(configuration.getConfs().size() - 1).getLayer();
    if (!(last instanceof BaseOutputLayer output) || last instanceof RnnOutputLayer) {
      throw new IllegalArgumentException(
          ("a %s's last layer must be an OutputLayer, one prediction a row, but is %s; end "
                  + "the configuration with an OutputLayer with %s activation")
              .formatted(noun, last.getClass().getSimpleName(), ParamChecks.lowerCase(activation)));
    }
    requireOutputs(output.getActivationFn(), output.getNOut());
    return Math.toIntExact(output.getNOut());
  }
}

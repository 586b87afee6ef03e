// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.layers.OutputLayer;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkstrom.spark.network.FloatMemory;

/** A layer of a {@link DenseStack}: where its weights are, its bias, and what it does with sums. */
final class StackedLayer {

  private static final int PIECE = 1 << 12; // floats: stays in the first-level cache

  private final FloatPointer weights;
  private final float[] bias;
  private final float[] repeated; // the bias, for the rows of a piece
  private final int inputs;
  private final KnownActivation activation;

  private StackedLayer(FloatPointer weights, float[] bias, int inputs, KnownActivation activation) {
    this.weights = weights;
    this.bias = bias;
    int piece = Math.max(1, PIECE / bias.length) * bias.length;
    this.repeated = KnownActivation.repeat(bias, piece, new float[piece]);
    this.inputs = inputs;
    this.activation = activation;
  }

  /** A layer of DL4J as one of these; empty if it computes anything else. */
  static Optional<StackedLayer> of(Layer layer) {
    if (layer.getClass() != DenseLayer.class && layer.getClass() != OutputLayer.class) {
      return Optional.empty();
    }
    @SuppressWarnings("unchecked") // both are BaseLayers of a FeedForwardLayer's configuration
    BaseLayer<? extends FeedForwardLayer> dense = (BaseLayer<? extends FeedForwardLayer>) layer;
    INDArray weights = dense.getParam(DefaultParamInitializer.WEIGHT_KEY);
    Optional<KnownActivation> activation = KnownActivation.of(dense.layerConf().getActivationFn());
    if (activation.isEmpty()
        || dense.layerConf().getWeightNoise() != null
        || dense.hasLayerNorm()
        || !FloatMatrix.isColumnByColumn(weights)) {
      return Optional.empty();
    }
    int inputs = Math.toIntExact(weights.size(0));
    int outputs = Math.toIntExact(weights.size(1));
    float[] bias =
        new Linear().bias(dense.getParam(DefaultParamInitializer.BIAS_KEY), outputs).clone();
    return Optional.of(new StackedLayer(FloatMemory.of(weights), bias, inputs, activation.get()));
  }

  /** The weights, float32 [inputs, outputs], column by column: the network's own memory. */
  FloatPointer weights() {
    return weights;
  }

  /** Values of a row that it takes. */
  int inputs() {
    return inputs;
  }

  /** Values of a row that it gives. */
  int outputs() {
    return bias.length;
  }

  /** The most values that are activated at once: whole rows. */
  int piece() {
    return repeated.length;
  }

  /**
   * Adds the bias to sums and applies the activation.
   *
   * @param values whole rows, of which the first so many values are changed, {@link #piece} at most
   */
  void activate(float[] values, int count) {
    activation.apply(values, count, bias, repeated);
  }
}

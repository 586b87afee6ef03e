// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.layers;

import java.util.Arrays;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.layers.OutputLayer;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.common.util.ArrayUtil;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/**
 * Puts direct layers in the places of those of a network that they can stand for.
 *
 * <p>Only the layers in memory change: configuration, parameters, gradients and what is saved stay
 * DL4J's. Dense layers with ReLU, two-dimensional convolutions with ReLU or without activation, and
 * output layers with softmax and cross entropy are replaced, unless they have dropout, noise or
 * normalization; on a GPU nothing is.
 */
public final class DirectLayers {

  private DirectLayers() {}

  /**
   * Replaces what can be replaced.
   *
   * @param network initialized; afterwards good for training by {@code fit}, and for prediction
   * @return number of layers replaced
   */
  public static int install(Model network) {
    if (!Nd4j.getEnvironment().isCPU()) {
      return 0;
    }
    if (network instanceof MultiLayerNetwork layers) {
      return install(layers);
    }
    return network instanceof ComputationGraph graph ? install(graph) : 0;
  }

  private static int install(MultiLayerNetwork network) {
    Layer[] layers = network.getLayers();
    int replaced = 0;
    for (int i = 0; i < layers.length; i++) {
      boolean lowest = i == 0 && network.getLayerWiseConfigurations().getInputPreProcess(0) == null;
      Optional<Layer> direct =
          direct(layers[i], lowest ? InputGradient.UNUSED : InputGradient.NEEDED);
      if (direct.isPresent()) {
        layers[i] = direct.get();
        replaced++;
      }
    }
    return replaced;
  }

  private static int install(ComputationGraph network) {
    Layer[] layers = network.getLayers();
    int replaced = 0;
    for (GraphVertex vertex : network.getVertices()) {
      if (vertex instanceof LayerVertex place) {
        Optional<Layer> direct = direct(place.getLayer(), InputGradient.NEEDED);
        if (direct.isPresent()) {
          for (int i = 0; i < layers.length; i++) {
            if (layers[i] == place.getLayer()) {
              layers[i] = direct.get();
            }
          }
          place.setLayer(direct.get());
          replaced++;
        }
      }
    }
    return replaced;
  }

  private static Optional<Layer> direct(Layer layer, InputGradient inputGradient) {
    if (layer.getClass() == DenseLayer.class) {
      DenseLayer dense = (DenseLayer) layer;
      if (isPlain(dense) && isRectified(dense)) {
        return Optional.of(new DirectDenseLayer(dense, inputGradient));
      }
    } else if (layer.getClass() == ConvolutionLayer.class) {
      ConvolutionLayer convolution = (ConvolutionLayer) layer;
      if (isPlain(convolution)) {
        return KnownActivation.of(convolution.layerConf().getActivationFn())
            .filter(name -> name != KnownActivation.SOFTMAX)
            .map(name -> new DirectConvolutionLayer(convolution, name, inputGradient));
      }
    } else if (layer.getClass() == OutputLayer.class) {
      OutputLayer output = (OutputLayer) layer;
      if (isPlain(output)) {
        return softmaxLoss(output).map(loss -> new DirectOutputLayer(output, loss));
      }
    }
    return Optional.empty();
  }

  private static boolean isPlain(BaseLayer<? extends FeedForwardLayer> layer) {
    FeedForwardLayer configuration = layer.layerConf();
    return configuration.getIDropout() == null
        && configuration.getWeightNoise() == null
        && !layer.hasLayerNorm()
        && FloatMatrix.isColumnByColumn(layer.getParam(DefaultParamInitializer.WEIGHT_KEY));
  }

  private static boolean isPlain(ConvolutionLayer layer) {
    org.deeplearning4j.nn.conf.layers.ConvolutionLayer configuration = layer.layerConf();
    INDArray weights = layer.getParam(ConvolutionParamInitializer.WEIGHT_KEY);
    return configuration.getIDropout() == null
        && configuration.getWeightNoise() == null
        && configuration.getCnn2dDataFormat() == CNN2DFormat.NCHW
        && layer.getHelper() == null
        && weights.dataType() == DataType.FLOAT
        && Arrays.equals(weights.stride(), ArrayUtil.calcStrides(weights.shape()));
  }

  private static boolean isRectified(BaseLayer<? extends FeedForwardLayer> layer) {
    return KnownActivation.of(layer.layerConf().getActivationFn())
        .equals(Optional.of(KnownActivation.RELU));
  }

  private static Optional<SoftmaxLoss> softmaxLoss(OutputLayer layer) {
    BaseOutputLayer configuration = layer.layerConf();
    ILossFunction loss = configuration.getLossFn();
    boolean known =
        loss.getClass() == LossMCXENT.class || loss.getClass() == LossNegativeLogLikelihood.class;
    if (!known || configuration.getActivationFn().getClass() != ActivationSoftmax.class) {
      return Optional.empty();
    }
    LossMCXENT entropy = (LossMCXENT) loss;
    return entropy.getWeights() == null
        ? Optional.of(new SoftmaxLoss(entropy.getSoftmaxClipEps()))
        : Optional.empty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.ComposableInputPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnn3DPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.sparkstrom.spark.network.NetworkInput.Form;

/**
 * The forms of data that DL4J's layers take, as far as their configurations tell.
 *
 * <p>DL4J forgets the input type that a network was built for; what is left of it are the sizes and
 * the preprocessors of the layers.
 */
final class LayerForms {

  private static final int UNKNOWN = NetworkInput.UNKNOWN;

  private LayerForms() {}

  /**
   * What a tensor must be.
   *
   * @param form its form
   * @param shape as in {@link NetworkInput}
   */
  record Taken(Form form, List<Integer> shape) {

    static Taken flat(long size) {
      return new Taken(Form.FLAT, List.of(size(size)));
    }

    static Taken sequence(long size) {
      return new Taken(Form.SEQUENCE, List.of(size(size)));
    }

    static Taken image(long channels, long height, long width) {
      return new Taken(Form.IMAGE, List.of(size(channels), size(height), size(width)));
    }

    static Taken ofAnySize(Form form) {
      return switch (form) {
        case FLAT -> flat(UNKNOWN);
        case SEQUENCE -> sequence(UNKNOWN);
        case IMAGE -> image(UNKNOWN, UNKNOWN, UNKNOWN);
      };
    }

    NetworkInput input(String name) {
      return new NetworkInput(name, form, shape);
    }

    boolean isMoreExactThan(Taken other) {
      return unknownSizes() < other.unknownSizes();
    }

    private long unknownSizes() {
      return shape.stream().filter(size -> size == UNKNOWN).count();
    }

    private static int size(long size) {
      return size > 0 ? Math.toIntExact(size) : UNKNOWN;
    }
  }

  /** What a layer takes before its preprocessor; empty if it takes any form and gives the same. */
  static Optional<Taken> taken(Layer layer, Optional<InputPreProcessor> preprocessor) {
    if (preprocessor.isPresent()) {
      return before(preprocessor.get(), taken(layer));
    }
    requireChannelsFirst(OutputForms.unwrapped(layer));
    return taken(layer);
  }

  /** What a preprocessor takes so that what it gives is this. */
  static Optional<Taken> before(InputPreProcessor preprocessor, Optional<Taken> behind) {
    if (preprocessor instanceof ComposableInputPreProcessor many) {
      Optional<Taken> first = behind;
      InputPreProcessor[] inOrder = many.getInputPreProcessors();
      for (int i = inOrder.length - 1; i >= 0; i--) {
        first = before(inOrder[i], first);
      }
      return first;
    }
    if (preprocessor instanceof FeedForwardToCnnPreProcessor image) {
      return Optional.of(
          Taken.flat(image.getInputHeight() * image.getInputWidth() * image.getNumChannels()));
    }
    if (preprocessor instanceof FeedForwardToCnn3DPreProcessor volume) {
      return Optional.of(
          Taken.flat(
              (long) volume.getInputDepth()
                  * volume.getInputHeight()
                  * volume.getInputWidth()
                  * volume.getNumChannels()));
    }
    if (preprocessor instanceof RnnToCnnPreProcessor image) {
      requireChannelsFirst("the network's input", image.getRnnDataFormat() == RNNFormat.NWC, false);
      return Optional.of(
          Taken.sequence(
              (long) image.getInputHeight() * image.getInputWidth() * image.getNumChannels()));
    }
    if (preprocessor instanceof RnnToFeedForwardPreProcessor steps) {
      requireChannelsFirst("the network's input", steps.getRnnDataFormat() == RNNFormat.NWC, false);
      return Optional.of(Taken.sequence(behind.map(taken -> taken.shape().get(0)).orElse(UNKNOWN)));
    }
    if (preprocessor instanceof CnnToFeedForwardPreProcessor image) {
      requireChannelsFirst("the network's input", false, image.getFormat() == CNN2DFormat.NHWC);
      return Optional.of(
          Taken.image(image.getNumChannels(), image.getInputHeight(), image.getInputWidth()));
    }
    return behind;
  }

  private static Optional<Taken> taken(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return taken(frozen.getLayer());
    }
    if (layer instanceof TimeDistributed perStep) {
      return Optional.of(
          Taken.sequence(
              taken(perStep.getUnderlying()).map(step -> step.shape().get(0)).orElse(UNKNOWN)));
    }
    if (layer instanceof BaseWrapperLayer wrapper) {
      return taken(wrapper.getUnderlying());
    }
    if (takesAnyForm(layer)) {
      return Optional.empty();
    }
    if (takesSequences(layer)) {
      return Optional.of(Taken.sequence(sequenceSize(layer)));
    }
    if (takesImages(layer)) {
      return Optional.of(Taken.image(channels(layer), UNKNOWN, UNKNOWN));
    }
    if (layer instanceof EmbeddingLayer) {
      return Optional.of(Taken.flat(1));
    }
    if (layer instanceof EmbeddingSequenceLayer tokens) {
      return Optional.of(Taken.flat(tokens.getInputLength()));
    }
    return Optional.of(
        Taken.flat(layer instanceof FeedForwardLayer sized ? sized.getNIn() : UNKNOWN));
  }

  private static void requireChannelsFirst(Layer layer) {
    boolean stepsFirst = false;
    boolean channelsLast = false;
    if (layer instanceof Convolution1DLayer steps) {
      stepsFirst = steps.getRnnDataFormat() == RNNFormat.NWC;
    } else if (layer instanceof BaseRecurrentLayer recurrent) {
      stepsFirst = recurrent.getRnnDataFormat() == RNNFormat.NWC;
    } else if (layer instanceof ConvolutionLayer image) {
      channelsLast = image.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    } else if (layer instanceof SubsamplingLayer pooling) {
      channelsLast = pooling.getCnn2dDataFormat() == CNN2DFormat.NHWC;
    }
    requireChannelsFirst("layer '" + layer.getLayerName() + "'", stepsFirst, channelsLast);
  }

  /** Batches have the values of a step before the steps, and channels before places. */
  private static void requireChannelsFirst(String what, boolean stepsFirst, boolean channelsLast) {
    if (stepsFirst || channelsLast) {
      throw new IllegalArgumentException(
          "%s must take its data as %s, as batches are made, but takes %s; set the data format to %s"
              .formatted(
                  what,
                  stepsFirst ? "[rows, size, steps]" : "[rows, channels, height, width]",
                  stepsFirst ? "NWC" : "NHWC",
                  stepsFirst ? "NCW" : "NCHW"));
    }
  }

  private static boolean takesAnyForm(Layer layer) {
    return layer instanceof ActivationLayer
        || layer instanceof DropoutLayer
        || layer instanceof BatchNormalization
        || layer instanceof PReLULayer
        || layer instanceof LossLayer;
  }

  private static boolean takesSequences(Layer layer) {
    return layer instanceof BaseRecurrentLayer
        || layer instanceof Bidirectional
        || layer instanceof RnnOutputLayer
        || layer instanceof RnnLossLayer
        || (layer instanceof EmbeddingSequenceLayer tokens && tokens.isInferInputLength())
        || layer instanceof Convolution1DLayer
        || layer instanceof Subsampling1DLayer
        || layer instanceof ZeroPadding1DLayer
        || layer instanceof Upsampling1D
        || layer instanceof Cropping1D
        || layer instanceof LocallyConnected1D
        || layer instanceof SelfAttentionLayer
        || layer instanceof LearnedSelfAttentionLayer
        || layer instanceof RecurrentAttentionLayer
        || layer instanceof MaskLayer
        || (layer instanceof GlobalPoolingLayer pooling && !poolsImages(pooling));
  }

  private static boolean poolsImages(GlobalPoolingLayer pooling) {
    return pooling.getPoolingDimensions() != null && pooling.getPoolingDimensions().length == 2;
  }

  private static long sequenceSize(Layer layer) {
    if (layer instanceof EmbeddingSequenceLayer) {
      return 1;
    }
    if (layer instanceof Bidirectional both) {
      return both.getNIn();
    }
    if (layer instanceof SelfAttentionLayer attention) {
      return attention.getNIn();
    }
    if (layer instanceof LearnedSelfAttentionLayer attention) {
      return attention.getNIn();
    }
    if (layer instanceof RecurrentAttentionLayer attention) {
      return attention.getNIn();
    }
    if (layer instanceof LocallyConnected1D local) {
      return local.getNIn();
    }
    return layer instanceof FeedForwardLayer sized ? sized.getNIn() : UNKNOWN;
  }

  private static boolean takesImages(Layer layer) {
    return layer instanceof ConvolutionLayer
        || layer instanceof SubsamplingLayer
        || layer instanceof ZeroPaddingLayer
        || layer instanceof Upsampling2D
        || layer instanceof Cropping2D
        || layer instanceof LocallyConnected2D
        || layer instanceof LocalResponseNormalization
        || layer instanceof CnnLossLayer
        || layer instanceof GlobalPoolingLayer;
  }

  private static long channels(Layer layer) {
    if (layer instanceof LocallyConnected2D local) {
      return local.getNIn();
    }
    return layer instanceof FeedForwardLayer sized ? sized.getNIn() : UNKNOWN;
  }
}

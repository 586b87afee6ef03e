// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.OptionalLong;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BasePretrainNetwork;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.sparkstrom.spark.network.NetworkInput.Form;
import org.sparkstrom.spark.network.NetworkOutput.LabelKind;

/** What DL4J's output layers give, and which labels they take. */
final class OutputForms {

  private OutputForms() {}

  /**
   * The output that a layer with a loss makes.
   *
   * @param sizeBefore size of what the layer takes, for a layer that gives as much as it takes
   * @throws IllegalArgumentException if the layer has no loss, or one whose labels are no numbers
   *     per row
   */
  static NetworkOutput of(String name, Layer layer, OptionalLong sizeBefore) {
    Layer inner = unwrapped(layer);
    if (inner instanceof BasePretrainNetwork) {
      throw new IllegalArgumentException(
          "the network's last layer must be an output layer, but %s is %s, which learns by pretraining; pretrain it with DL4J (network.pretrain), add an OutputLayer, and fit from there"
              .formatted(name, inner.getClass().getSimpleName()));
    }
    if (!hasLoss(inner)) {
      throw new IllegalArgumentException(
          "the network's last layer must be an output layer, but %s is %s; end the configuration with an OutputLayer"
              .formatted(name, inner.getClass().getSimpleName()));
    }
    FeedForwardLayer loss = (FeedForwardLayer) inner;
    long size = size(loss).orElse(sizeBefore.orElse(NetworkInput.UNKNOWN));
    return new NetworkOutput(name, form(loss), Math.toIntExact(size), labels(loss));
  }

  /** True when the layer compares what it gives with labels. */
  static boolean hasLoss(Layer layer) {
    Layer inner = unwrapped(layer);
    return inner instanceof BaseOutputLayer
        || inner instanceof LossLayer
        || inner instanceof RnnLossLayer
        || inner instanceof CnnLossLayer;
  }

  /** Values per row or step that a layer gives; empty if as many as it takes. */
  static OptionalLong size(Layer layer) {
    Layer inner = unwrapped(layer);
    if (inner instanceof Bidirectional both) {
      return OptionalLong.of(both.getNOut());
    }
    boolean known = inner instanceof FeedForwardLayer sized && sized.getNOut() > 0;
    return known ? OptionalLong.of(((FeedForwardLayer) inner).getNOut()) : OptionalLong.empty();
  }

  /** The layer inside of those that wrap it: frozen ones, time steps. */
  static Layer unwrapped(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return unwrapped(frozen.getLayer());
    }
    return layer instanceof BaseWrapperLayer wrapper ? unwrapped(wrapper.getUnderlying()) : layer;
  }

  private static Form form(FeedForwardLayer loss) {
    if (loss instanceof RnnOutputLayer || loss instanceof RnnLossLayer) {
      return Form.SEQUENCE;
    }
    return loss instanceof CnnLossLayer ? Form.IMAGE : Form.FLAT;
  }

  private static LabelKind labels(FeedForwardLayer loss) {
    return loss.getActivationFn() instanceof ActivationSoftmax
        ? LabelKind.CLASS_INDEX
        : LabelKind.REAL;
  }
}

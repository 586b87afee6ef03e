// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;

/**
 * The setters of {@link PlainNetworkParams}.
 *
 * @param <S> the estimator, which each setter returns
 */
public interface PlainNetworkSetters<S extends PlainNetworkSetters<S>>
    extends NetworkSetters<S>, PlainNetworkParams {

  /** This stage. */
  @SuppressWarnings("unchecked")
  private S self() {
    return (S) this;
  }

  /** Sets the network by its DL4J configuration. */
  default S setConfiguration(MultiLayerConfiguration network) {
    return setConfiguration(network.toJson());
  }

  /** Sets the sizes of a plain network: features, hidden layers, classes. */
  default S setLayers(int... sizes) {
    set(layers(), sizes);
    return self();
  }

  /** Sets Adam's learning rate for a network made from layers. Default 0.001. */
  default S setLearningRate(double rate) {
    set(learningRate(), rate);
    return self();
  }
}

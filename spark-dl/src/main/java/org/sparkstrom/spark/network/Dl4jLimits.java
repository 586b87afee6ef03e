// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.nd4j.linalg.learning.config.AdaBelief;

/** What DL4J 1.0.0-M2.1 offers and cannot do, refused by name before it fails obscurely. */
final class Dl4jLimits {

  private Dl4jLimits() {}

  /**
   * Requires that DL4J can create the updaters of all layers.
   *
   * @throws IllegalArgumentException if it cannot; names the layer
   */
  static void requireTrainable(NetworkConfiguration network) {
    network.layers().forEach(Dl4jLimits::requireUpdater);
  }

  private static void requireUpdater(String name, NeuralNetConfiguration conf) {
    if (conf.getLayer() instanceof BaseLayer layer
        && (layer.getIUpdater() instanceof AdaBelief
            || layer.getBiasUpdater() instanceof AdaBelief)) {
      throw new IllegalArgumentException(
          "layer '%s' must have an updater that DL4J can create, but has AdaBelief, which DL4J 1.0.0-M2.1 cannot; take Adam or AMSGrad"
              .formatted(name));
    }
  }
}

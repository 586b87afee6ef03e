// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.FrozenVertex;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.sparkstrom.spark.network.ParameterBlock.Training;

/** Tells the layers and vertices that transfer learning has frozen. */
final class FrozenLayers {

  private FrozenLayers() {}

  static Training training(Layer layer) {
    boolean frozen = layer instanceof FrozenLayer || layer instanceof FrozenLayerWithBackprop;
    return frozen ? Training.FROZEN : Training.TRAINED;
  }

  static Training training(GraphVertex vertex) {
    if (vertex instanceof FrozenVertex) {
      return Training.FROZEN;
    }
    return vertex.hasLayer() ? training(vertex.getLayer()) : Training.TRAINED;
  }
}

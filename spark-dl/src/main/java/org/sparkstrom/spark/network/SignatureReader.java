// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.sparkstrom.spark.network.LayerForms.Taken;

/** Reads a network's signature from its configuration. */
final class SignatureReader {

  static final String INPUT = "input";

  /** Name of a multi-layer network's only output. */
  static final String OUTPUT = "output";

  private SignatureReader() {}

  /**
   * The signature of a multi-layer network: the input {@code input}, the output {@code output}.
   *
   * @throws IllegalArgumentException if the last layer is not an output layer
   */
  static NetworkSignature of(MultiLayerConfiguration configuration) {
    int last = configuration.getConfs().size() - 1;
    OptionalLong sizeBefore = OptionalLong.empty();
    for (int layer = last - 1; layer >= 0 && sizeBefore.isEmpty(); layer--) {
      sizeBefore = OutputForms.size(layer(configuration, layer));
    }
    return new NetworkSignature(
        inputs(configuration),
        List.of(OutputForms.of(OUTPUT, layer(configuration, last), sizeBefore)));
  }

  /** What a multi-layer network takes. */
  static List<NetworkInput> inputs(MultiLayerConfiguration configuration) {
    return List.of(taken(configuration).input(INPUT));
  }

  /** What the first layer takes that does not take everything. */
  private static Taken taken(MultiLayerConfiguration configuration) {
    for (int layer = 0; layer < configuration.getConfs().size(); layer++) {
      Optional<Taken> taken =
          LayerForms.taken(
              layer(configuration, layer),
              Optional.ofNullable(configuration.getInputPreProcess(layer)));
      if (taken.isPresent()) {
        return taken.get();
      }
    }
    return Taken.flat(NetworkInput.UNKNOWN);
  }

  private static Layer layer(MultiLayerConfiguration configuration, int layer) {
    return configuration.getConf(layer).getLayer();
  }
}

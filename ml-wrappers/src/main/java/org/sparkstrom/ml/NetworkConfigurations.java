// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.sparkstrom.spark.network.NativeRuntime;
import org.sparkstrom.spark.network.NetworkConfiguration;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Reads DL4J's configurations and gives them their first weights, with errors for users. */
final class NetworkConfigurations {

  private NetworkConfigurations() {}

  /**
   * The configuration that this JSON describes.
   *
   * @throws IllegalArgumentException if it is no MultiLayerConfiguration, with DL4J's reason
   */
  static MultiLayerConfiguration parse(String json) {
    if (!json.contains("\"confs\"")) {
      throw new IllegalArgumentException(
          "configuration must be a DL4J MultiLayerConfiguration as JSON (its toJson()), but has no "
              + "list 'confs' of layers. Is it a ComputationGraphConfiguration? NetworkEstimator "
              + "takes those.");
    }
    NativeRuntime.prepare();
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
   * A snapshot with first weights, as the configuration's seed gives them.
   *
   * @throws IllegalArgumentException if DL4J refuses the configuration, with its reason
   */
  static NetworkSnapshot initialize(NetworkConfiguration configuration) {
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

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.sparkstrom.spark.network.NativeRuntime;

/** Reads DL4J's configurations, with errors for users. */
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

  private static String firstLine(RuntimeException e) {
    String text = String.valueOf(e.getMessage());
    return text.lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}

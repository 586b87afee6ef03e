// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import org.apache.spark.SparkConf;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** What must hold for a network before a fit starts; checked on the driver. */
final class NetworkChecks {

  private static final String MAX_RESULT_SIZE = "spark.driver.maxResultSize";

  private NetworkChecks() {}

  /**
   * Requires that the network's updates reach its peers and can be encoded.
   *
   * @throws IllegalArgumentException if DL4J would train it without our accumulator, or it is too
   *     large for a frame
   */
  static void requireShareable(NetworkSnapshot network) {
    network
        .network()
        .layers()
        .forEach(
            (name, conf) -> {
              if (conf.getOptimizationAlgo() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
                throw new IllegalArgumentException(
                    "layer '%s' must have the optimization algorithm STOCHASTIC_GRADIENT_DESCENT, but has %s, which shares no updates; leave optimizationAlgo at its default"
                        .formatted(name, conf.getOptimizationAlgo()));
              }
              if (!conf.isMinimize()) {
                throw new IllegalArgumentException(
                    "layer '%s' must minimize its loss, but has minimize(false); turn the loss around"
                        .formatted(name));
              }
            });
    Replica.layout(network);
  }

  /**
   * Requires that the fitted network can return to the driver.
   *
   * @throws IllegalArgumentException if it is larger than what Spark lets a job return
   */
  static void requireResultFits(NetworkSnapshot network, SparkConf conf) {
    long limit = conf.getSizeAsBytes(MAX_RESULT_SIZE, "1g");
    long needed = network.arrayBytes();
    if (limit > 0 && needed >= limit) {
      throw new IllegalArgumentException(
          "the fitted network returns to the driver with %d bytes of parameters and updater state, but %s is %d; raise it, and the driver's memory with it"
              .formatted(needed, MAX_RESULT_SIZE, limit));
    }
  }

  /** How many workers may return the fitted network: two if Spark lets a job return as much. */
  static int resultCopies(NetworkSnapshot network, SparkConf conf) {
    long limit = conf.getSizeAsBytes(MAX_RESULT_SIZE, "1g");
    return limit == 0 || 2 * network.arrayBytes() < limit ? 2 : 1;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;

/**
 * What a network's first weights and updater state take of the JVM that makes them, counted from
 * its configuration: DL4J would make them first, and end in an OutOfMemoryError without a remedy.
 *
 * @param parameterCount parameters of all layers
 * @param updaterStateCount values that the updaters keep of them
 */
record FirstWeights(long parameterCount, long updaterStateCount) {

  static FirstWeights of(NetworkConfiguration network) {
    long parameters = 0;
    long state = 0;
    for (NeuralNetConfiguration conf : network.layers().values()) {
      long count = conf.getLayer().initializer().numParams(conf);
      parameters += count;
      state +=
          conf.getLayer() instanceof BaseLayer layer ? layer.getIUpdater().stateSize(count) : 0;
    }
    return new FirstWeights(parameters, state);
  }

  /**
   * Requires that this JVM can hold them, as ND4J's arrays and as the snapshot's.
   *
   * @throws IllegalArgumentException if it cannot; names the sizes and the setting to raise
   */
  void requireFit() {
    requireFit(Runtime.getRuntime().maxMemory(), Pointer.maxBytes());
  }

  /**
   * The same within these limits.
   *
   * @param nativeBytes most that JavaCPP gives; 0 for no limit
   */
  void requireFit(long heapBytes, long nativeBytes) {
    long bytes = Float.BYTES * (parameterCount + updaterStateCount);
    if (bytes > heapBytes) {
      throw tooLarge(
          "%d MiB of the driver's heap, which has %d MiB. Raise spark.driver.memory to %d MiB or more"
              .formatted(bytes >> 20, heapBytes >> 20, (2 * bytes) >> 20));
    }
    if (nativeBytes > 0 && bytes > nativeBytes) {
      throw tooLarge(
          "%d MiB beside the driver's heap, where it has %d MiB. Raise the memory of its machine or container, or lower spark.driver.memory"
              .formatted(bytes >> 20, nativeBytes >> 20));
    }
  }

  private IllegalArgumentException tooLarge(String need) {
    return new IllegalArgumentException(
        "the network's %d parameters and %d values of updater state take %s, or make the network smaller"
            .formatted(parameterCount, updaterStateCount, need));
  }
}

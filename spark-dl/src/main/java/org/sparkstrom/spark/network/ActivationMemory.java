// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryUseMode;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a batch takes of memory on its way through a network and back, as far as DL4J can tell.
 *
 * <p>It is what DL4J's own report adds for the rows of a batch. The report knows no sequences of
 * unknown length and not every layer, so it is a number from below.
 */
public final class ActivationMemory {

  private ActivationMemory() {}

  /**
   * Bytes for a batch in training.
   *
   * @return 0 if DL4J cannot tell
   */
  public static long bytes(NetworkSnapshot network, int batchSize) {
    try {
      MemoryReport report = report(network);
      return Math.max(0, total(report, batchSize) - total(report, 0));
    } catch (RuntimeException e) { // layers and shapes that the report does not know
      return 0;
    }
  }

  private static MemoryReport report(NetworkSnapshot network) {
    List<InputType> types = new ArrayList<>();
    for (NetworkInput input : network.signature().inputs()) {
      types.add(type(input));
    }
    NetworkConfiguration configuration = network.network();
    if (configuration instanceof NetworkConfiguration.Layered layered) {
      return layered.configuration().getMemoryReport(types.get(0));
    }
    return ((NetworkConfiguration.Graph) configuration)
        .configuration()
        .getMemoryReport(types.toArray(InputType[]::new));
  }

  private static InputType type(NetworkInput input) {
    List<Integer> shape = input.shape();
    if (shape.contains(NetworkInput.UNKNOWN) || input.form() == NetworkInput.Form.SEQUENCE) {
      throw new IllegalArgumentException("the shape of " + input + " is not known");
    }
    return input.form() == NetworkInput.Form.FLAT
        ? InputType.feedForward(shape.get(0))
        : InputType.convolutional(shape.get(1), shape.get(2), shape.get(0));
  }

  private static long total(MemoryReport report, int batchSize) {
    return report.getTotalMemoryBytes(
        batchSize, MemoryUseMode.TRAINING, CacheMode.NONE, DataType.FLOAT);
  }
}

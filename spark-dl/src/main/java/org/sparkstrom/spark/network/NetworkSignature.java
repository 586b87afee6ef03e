// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a network takes and gives, tensor by tensor, in the order of its configuration.
 *
 * <p>It is what data must fit: columns are bound to it, batches are made for it, and checks on the
 * driver compare with it. Immutable.
 *
 * @param inputs at least one
 * @param outputs at least one
 */
public record NetworkSignature(List<NetworkInput> inputs, List<NetworkOutput> outputs)
    implements Serializable {

  public NetworkSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "a network must have at least one input and one output, but has the inputs %s and the outputs %s"
              .formatted(inputs, outputs));
    }
  }

  /** All inputs and outputs with their shapes, for people. */
  public String description() {
    return "inputs %s and the outputs %s"
        .formatted(
            inputs.stream().map(NetworkInput::description).collect(Collectors.joining(", ")),
            outputs.stream().map(NetworkOutput::description).collect(Collectors.joining(", ")));
  }
}

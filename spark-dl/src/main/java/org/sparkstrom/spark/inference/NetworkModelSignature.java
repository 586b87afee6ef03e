// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * What a network takes and gives, as JSON keeps it.
 *
 * @param layout how the axes of its arrays lie
 * @param inputs what it takes
 * @param outputs what it gives
 */
record NetworkModelSignature(
    NetworkModel.Layout layout, List<TensorSpec> inputs, List<TensorSpec> outputs) {

  private static final ObjectMapper JSON = new ObjectMapper();

  NetworkModelSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "a network must have at least one input and one output, but has the inputs %s and the outputs %s"
              .formatted(inputs, outputs));
    }
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a signature must become JSON, but does not", e);
    }
  }

  static NetworkModelSignature ofJson(String text) {
    try {
      return JSON.readValue(text, NetworkModelSignature.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "a network's inputs and outputs must be the JSON that saving it writes, but are damaged: "
              + e.getOriginalMessage(),
          e);
    }
  }
}

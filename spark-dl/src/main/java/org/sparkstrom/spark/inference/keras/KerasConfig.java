// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference.keras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.sparkstrom.spark.inference.TensorSpec;
import org.sparkstrom.spark.inference.TensorType;

/**
 * The configuration of a Keras model, as far as it tells the shapes of the inputs, which DL4J's
 * import keeps only in part.
 */
final class KerasConfig {

  private final JsonNode model;

  private KerasConfig(JsonNode model) {
    this.model = model;
  }

  static KerasConfig ofJson(String text) {
    try {
      return new KerasConfig(new ObjectMapper().readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "its configuration is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** True for layers in a row, false for a graph of them. */
  boolean isSequential() {
    return model.path("class_name").asText().equals("Sequential");
  }

  /** The input of layers in a row. */
  TensorSpec firstInput() {
    JsonNode first = layers(model).path(0);
    String name = first.path("config").path("name").asText("input");
    boolean input = first.path("class_name").asText().equals("InputLayer");
    return spec(input ? name : name + "_input", first);
  }

  /** The inputs of a graph. */
  List<TensorSpec> inputs(List<String> names) {
    List<TensorSpec> inputs = new ArrayList<>();
    for (String name : names) {
      for (JsonNode layer : layers(model)) {
        String own = layer.path("name").asText(layer.path("config").path("name").asText());
        if (own.equals(name)) {
          inputs.add(spec(name, layer));
        }
      }
    }
    if (inputs.size() != names.size()) {
      throw new IllegalArgumentException(
          "its inputs are %s, but its configuration has only %s".formatted(names, inputs));
    }
    return inputs;
  }

  private static JsonNode layers(JsonNode model) {
    JsonNode config = model.path("config");
    return config.isArray() ? config : config.path("layers");
  }

  private static TensorSpec spec(String name, JsonNode layer) {
    JsonNode config = layer.path("config");
    JsonNode shape =
        config.has("batch_input_shape")
            ? config.get("batch_input_shape")
            : config.path("batch_shape");
    if (shape.isMissingNode() && layers(layer).size() > 0) {
      return spec(name, layers(layer).path(0)); // a model as the first layer of a model
    }
    if (!shape.isArray() || shape.size() < 2) {
      throw new IllegalArgumentException(
          "its configuration must tell the shape of the input '%s', but does not; give the first layer an input_shape"
              .formatted(name));
    }
    List<Long> sizes = new ArrayList<>();
    shape.forEach(size -> sizes.add(size.isNull() ? TensorSpec.UNKNOWN : size.asLong()));
    sizes.set(0, TensorSpec.UNKNOWN);
    return new TensorSpec(name, TensorType.FLOAT32, sizes);
  }
}

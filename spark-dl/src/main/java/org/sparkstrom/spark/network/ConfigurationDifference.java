// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Says where two configurations differ, so that a checkpoint of another network is refused with
 * what is different about it. How far they have been trained does not count.
 */
public final class ConfigurationDifference {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> PROGRESS = Set.of("iterationCount", "epochCount");
  private static final int LONGEST_VALUE = 100;

  private ConfigurationDifference() {}

  /**
   * The first difference, layer by layer, in words: which layer, which setting, and both values;
   * empty if there is none.
   *
   * @param here the configuration that is asked for
   * @param there the one that was found
   */
  public static Optional<String> between(NetworkConfiguration here, NetworkConfiguration there) {
    if (here.getClass() != there.getClass()) {
      return Optional.of("it is a %s here and a %s there".formatted(kind(here), kind(there)));
    }
    Map<String, NeuralNetConfiguration> layers = here.layers();
    Map<String, NeuralNetConfiguration> others = there.layers();
    if (!List.copyOf(layers.keySet()).equals(List.copyOf(others.keySet()))) {
      return Optional.of(
          "it has the layers %s here and %s there".formatted(layers.keySet(), others.keySet()));
    }
    for (Map.Entry<String, NeuralNetConfiguration> layer : layers.entrySet()) {
      Optional<String> difference =
          difference(layer.getValue().toJson(), others.get(layer.getKey()).toJson());
      if (difference.isPresent()) {
        return Optional.of("layer '%s' has %s".formatted(layer.getKey(), difference.get()));
      }
    }
    return difference(here.toJson(), there.toJson()).map(difference -> "it has " + difference);
  }

  private static String kind(NetworkConfiguration configuration) {
    return configuration instanceof NetworkConfiguration.Graph
        ? "ComputationGraph"
        : "MultiLayerNetwork";
  }

  private static Optional<String> difference(String here, String there) {
    try {
      return difference("", JSON.readTree(here), JSON.readTree(there));
    } catch (IOException e) {
      throw new UncheckedIOException("DL4J has written JSON that is none: " + e.getMessage(), e);
    }
  }

  private static Optional<String> difference(String path, JsonNode here, JsonNode there) {
    if (here.equals(there)) {
      return Optional.empty();
    }
    if (here.isObject() && there.isObject()) {
      return inObjects(path, here, there);
    }
    if (here.isArray() && there.isArray() && here.size() == there.size()) {
      for (int i = 0; i < here.size(); i++) {
        Optional<String> within = difference(path + "." + i, here.get(i), there.get(i));
        if (within.isPresent()) {
          return within;
        }
      }
      return Optional.empty();
    }
    return Optional.of(
        "%s %s here and %s there".formatted(setting(path), value(here), value(there)));
  }

  private static Optional<String> inObjects(String path, JsonNode here, JsonNode there) {
    Set<String> names = new LinkedHashSet<>();
    here.fieldNames().forEachRemaining(names::add);
    there.fieldNames().forEachRemaining(names::add);
    names.removeAll(PROGRESS);
    for (String name : names) {
      Optional<String> within = difference(path + "." + name, here.path(name), there.path(name));
      if (within.isPresent()) {
        return within;
      }
    }
    return Optional.empty();
  }

  /** The setting's place in the layer, in DL4J's own words. */
  private static String setting(String path) {
    return path.replaceFirst("^\\.(layer\\.)?", "");
  }

  private static String value(JsonNode node) {
    if (node.isMissingNode()) {
      return "not set";
    }
    String text = node.toString();
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;

/**
 * Says where two configurations differ, so that a checkpoint or a model of another network is
 * refused with what is different about it. How far they have been trained does not count.
 */
public final class ConfigurationDifference {

  private ConfigurationDifference() {}

  /** The first difference, layer by layer, in words; empty if there is none. */
  public static Optional<String> between(NetworkConfiguration one, NetworkConfiguration other) {
    if (one.getClass() != other.getClass()) {
      return Optional.of("one is a %s, the other a %s".formatted(kind(one), kind(other)));
    }
    Map<String, NeuralNetConfiguration> layers = one.layers();
    Map<String, NeuralNetConfiguration> others = other.layers();
    if (!List.copyOf(layers.keySet()).equals(List.copyOf(others.keySet()))) {
      return Optional.of(
          "one has the layers %s, the other %s".formatted(layers.keySet(), others.keySet()));
    }
    for (Map.Entry<String, NeuralNetConfiguration> layer : layers.entrySet()) {
      Optional<String> difference =
          lines(layer.getValue().toJson(), others.get(layer.getKey()).toJson());
      if (difference.isPresent()) {
        return Optional.of("layer '%s' has %s".formatted(layer.getKey(), difference.get()));
      }
    }
    return lines(one.toJson(), other.toJson()).map(difference -> "one has " + difference);
  }

  private static String kind(NetworkConfiguration configuration) {
    return configuration instanceof NetworkConfiguration.Graph
        ? "ComputationGraph"
        : "MultiLayerNetwork";
  }

  private static Optional<String> lines(String one, String other) {
    List<String> lines = withoutProgress(one);
    List<String> others = withoutProgress(other);
    for (int i = 0; i < Math.min(lines.size(), others.size()); i++) {
      if (!lines.get(i).equals(others.get(i))) {
        return Optional.of("%s in one and %s in the other".formatted(lines.get(i), others.get(i)));
      }
    }
    return lines.size() == others.size()
        ? Optional.empty()
        : Optional.of(
            "%d settings in one and %d in the other".formatted(lines.size(), others.size()));
  }

  private static List<String> withoutProgress(String json) {
    return json.lines()
        .map(line -> line.strip().replaceAll(",$", ""))
        .filter(
            line -> !line.startsWith("\"iterationCount\"") && !line.startsWith("\"epochCount\""))
        .toList();
  }
}

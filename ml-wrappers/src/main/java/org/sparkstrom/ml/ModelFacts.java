// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * The file {@code data/model.json} of a saved model: what a reader must know before it reads the
 * network, and the facts of the fit.
 *
 * @param formatVersion version of the layout of the model's folder
 * @param parametersSha256 hash of the parameters in {@code data/network.zip}
 * @param training the facts of the fit, if the network was fitted here
 */
record ModelFacts(int formatVersion, String parametersSha256, Optional<TrainingSummary> training) {

  /** The version that this release writes, and the highest that it reads. */
  static final int FORMAT_VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  static ModelFacts of(FittedNetwork network) {
    return new ModelFacts(FORMAT_VERSION, network.snapshot().parametersSha256(), network.summary());
  }

  String toJson() {
    var json = JSON.createObjectNode();
    json.put("formatVersion", formatVersion);
    json.put("parametersSha256", parametersSha256);
    training.ifPresent(
        facts -> {
          ObjectNode fields = JSON.valueToTree(facts);
          fields.remove("history"); // has a file of its own, which earlier releases do not look for
          json.set("training", fields);
        });
    return json.toPrettyString();
  }

  /**
   * The facts in a file's text.
   *
   * @param path named in errors
   * @throws IllegalArgumentException if the text is damaged or of a version that this release does
   *     not read
   */
  static ModelFacts fromJson(String text, String path) {
    try {
      JsonNode json = JSON.readTree(text);
      int version = json.path("formatVersion").asInt(0);
      if (version < 1 || version > FORMAT_VERSION) {
        throw new IllegalArgumentException(
            ("the format version of a saved model must be from 1 to %d, but '%s' has %s; load it "
                    + "with the release of Sparkstrom that saved it, or a later one")
                .formatted(FORMAT_VERSION, path, json.path("formatVersion")));
      }
      JsonNode training = json.path("training");
      return new ModelFacts(
          version,
          json.path("parametersSha256").asText(),
          training.isMissingNode()
              ? Optional.empty()
              : Optional.of(JSON.treeToValue(training, TrainingSummary.class)));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "'%s' must be the JSON that saving a model writes, but is damaged: %s"
              .formatted(path, e.getOriginalMessage()),
          e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.sparkstrom.spark.inference.NetworkModel;

/**
 * The file {@code data/model.json} of a saved {@link ParallelPostFit}: what a reader must know
 * before it reads the model.
 *
 * @param formatVersion version of the layout of the folder
 * @param kind which file holds the model
 * @param sha256 of a network's parameters, of an ONNX file's bytes; empty for a stage
 * @param signature inputs and outputs of a network as JSON; empty for others
 */
record PostFitFacts(int formatVersion, Kind kind, String sha256, String signature) {

  /** The version that this release writes, and the highest that it reads. */
  static final int FORMAT_VERSION = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a model was saved as. */
  enum Kind {
    /** DL4J's zip, {@code data/network.zip}. */
    NETWORK,
    /** An ONNX file, {@code data/model.onnx}. */
    ONNX,
    /** Another spark.ml stage, {@code data/stage}. */
    STAGE
  }

  static PostFitFacts ofNetwork(NetworkModel network) {
    return new PostFitFacts(
        FORMAT_VERSION,
        Kind.NETWORK,
        network.snapshot().parametersSha256(),
        network.signatureJson());
  }

  static PostFitFacts ofOnnx(byte[] file) {
    return new PostFitFacts(FORMAT_VERSION, Kind.ONNX, sha256(file), "");
  }

  static PostFitFacts ofStage() {
    return new PostFitFacts(FORMAT_VERSION, Kind.STAGE, "", "");
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK lacks SHA-256, which every JDK must have", e);
    }
  }

  /**
   * Requires that what was read is what was saved.
   *
   * @throws IllegalArgumentException if the hash is another
   */
  void requireHash(String actual, String file) {
    if (!actual.equals(sha256)) {
      throw new IllegalArgumentException(
          "'%s' must hold a model with SHA-256 %s, as model.json beside it says, but has %s; save again"
              .formatted(file, sha256, actual));
    }
  }

  String toJson() {
    var json = JSON.createObjectNode();
    json.put("formatVersion", formatVersion);
    json.put("kind", ParamChecks.lowerCase(kind));
    json.put("sha256", sha256);
    json.put("signature", signature);
    return json.toPrettyString();
  }

  /**
   * The facts in a file's text.
   *
   * @param path named in errors
   * @throws IllegalArgumentException if the text is damaged or of a version that this release does
   *     not read
   */
  static PostFitFacts fromJson(String text, String path) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "'%s' must be the JSON that saving a model writes, but is damaged: %s"
              .formatted(path, e.getOriginalMessage()),
          e);
    }
    int version = json.path("formatVersion").asInt(0);
    if (version < 1 || version > FORMAT_VERSION) {
      throw new IllegalArgumentException(
          ("the format version of a saved model must be from 1 to %d, but '%s' has %s; load it "
                  + "with the release of Sparkstrom that saved it, or a later one")
              .formatted(FORMAT_VERSION, path, json.path("formatVersion")));
    }
    return new PostFitFacts(
        version,
        ParamChecks.choose("kind in '" + path + "'", Kind.class, json.path("kind").asText()),
        json.path("sha256").asText(),
        json.path("signature").asText());
  }
}

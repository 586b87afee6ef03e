// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sparkstrom.spark.evaluation.EpochFigures;

/**
 * The table of contents of a checkpoint, written last: where it is, the checkpoint is complete.
 *
 * <p>It is JSON for people to read, followed by a line with its own SHA-256.
 *
 * @param facts what a fit must have in common with the one that wrote the checkpoint, by name
 * @param epoch epochs of the network that were completed
 * @param round rounds of the network that were completed
 * @param parts the files
 * @param history what was measured in each completed epoch
 * @param score how good the network is on validation rows, higher is better; NaN if unknown
 * @param createdMs when it was completed, by the driver's clock
 */
public record Manifest(
    SortedMap<String, String> facts,
    int epoch,
    long round,
    List<PartFile> parts,
    List<EpochFigures> history,
    double score,
    long createdMs) {

  static final String FILE_NAME = "MANIFEST.json";
  static final int MAX_BYTES = 16 << 20;
  private static final int FORMAT_VERSION = 1;
  private static final String HASH_LINE = "\nsha256:";
  private static final ObjectMapper JSON = new ObjectMapper();

  public Manifest {
    facts = new TreeMap<>(facts);
    parts = List.copyOf(parts);
    history = List.copyOf(history);
  }

  /** The bytes of the file. */
  byte[] toBytes() {
    ObjectNode json = JSON.createObjectNode();
    json.put("formatVersion", FORMAT_VERSION);
    ObjectNode jsonFacts = json.putObject("facts");
    facts.forEach(jsonFacts::put);
    json.put("epoch", epoch);
    json.put("round", round);
    json.put("score", Double.toString(score));
    json.put("createdMs", createdMs);
    ArrayNode jsonParts = json.putArray("parts");
    for (PartFile part : parts) {
      ObjectNode entry = jsonParts.addObject();
      entry.put("name", part.name());
      entry.put("rank", part.rank());
      entry.put("lengthBytes", part.lengthBytes());
      entry.put("sha256", part.sha256());
    }
    ArrayNode jsonHistory = json.putArray("history");
    for (EpochFigures figures : history) {
      ObjectNode entry = jsonHistory.addObject();
      entry.put("epoch", figures.epoch());
      entry.put("loss", Double.toString(figures.loss()));
      ObjectNode metrics = entry.putObject("validation");
      figures.validation().forEach((name, value) -> metrics.put(name, Double.toString(value)));
    }
    String text = json.toPrettyString();
    return (text + HASH_LINE + sha256(text) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads the bytes of a file.
   *
   * @param path for messages
   * @throws CheckpointException if they are damaged or of a version that is not read
   */
  static Manifest of(byte[] bytes, String path) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int end = text.lastIndexOf(HASH_LINE);
    if (end < 0 || !text.substring(end).equals(HASH_LINE + sha256(text.substring(0, end)) + "\n")) {
      throw new CheckpointException(
          "'%s', the manifest of a checkpoint, is damaged: its last line is not its SHA-256"
              .formatted(path));
    }
    try {
      JsonNode json = JSON.readTree(text.substring(0, end));
      int version = json.path("formatVersion").asInt(0);
      if (version != FORMAT_VERSION) {
        throw new CheckpointException(
            "'%s' must be a manifest of version %d, but is of version %d; it was written by another version of this library"
                .formatted(path, FORMAT_VERSION, version));
      }
      return of(json);
    } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
      throw new CheckpointException(
          "'%s', the manifest of a checkpoint, is damaged: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static Manifest of(JsonNode json) {
    SortedMap<String, String> facts = new TreeMap<>();
    json.path("facts").fields().forEachRemaining(e -> facts.put(e.getKey(), e.getValue().asText()));
    List<PartFile> parts = new ArrayList<>();
    for (JsonNode part : json.path("parts")) {
      parts.add(
          new PartFile(
              part.path("name").asText(),
              part.path("rank").asInt(),
              part.path("lengthBytes").asLong(),
              part.path("sha256").asText()));
    }
    List<EpochFigures> history = new ArrayList<>();
    for (JsonNode entry : json.path("history")) {
      Map<String, Double> metrics = new TreeMap<>();
      entry
          .path("validation")
          .fields()
          .forEachRemaining(e -> metrics.put(e.getKey(), number(e.getValue())));
      history.add(
          new EpochFigures(entry.path("epoch").asInt(), number(entry.path("loss")), metrics));
    }
    return new Manifest(
        facts,
        json.path("epoch").asInt(),
        json.path("round").asLong(),
        parts,
        history,
        number(json.path("score")),
        json.path("createdMs").asLong());
  }

  private static double number(JsonNode node) {
    return Double.parseDouble(Objects.requireNonNull(node.textValue(), "a number is missing"));
  }

  private static String sha256(String text) {
    return HexFormat.of()
        .formatHex(PartFile.newDigest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}

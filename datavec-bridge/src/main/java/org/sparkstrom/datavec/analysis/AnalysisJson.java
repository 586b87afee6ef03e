// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The JSON form of an analysis, format 1. Numbers are written so that they read back the same; what
 * is not finite is null; what was not computed is absent. A text from elsewhere is checked by the
 * records it is made into.
 */
final class AnalysisJson {
  private static final int FORMAT = 1;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private AnalysisJson() {}

  static String write(DataAnalysis analysis) {
    ObjectNode root = MAPPER.createObjectNode().put("format", FORMAT);
    ArrayNode columns = root.putArray("columns");
    analysis.columns().forEach(column -> write(column, columns.addObject()));
    analysis.leftOut().forEach(root.putArray("leftOut")::add);
    return root.toPrettyString();
  }

  private static void write(ColumnAnalysis column, ObjectNode node) {
    node.put("name", column.name()).put("type", column.type()).put("kind", column.kind().name());
    ColumnCounts counts = column.counts();
    node.putObject("counts")
        .put("rows", counts.rows())
        .put("nulls", counts.nulls())
        .put("nans", counts.nans())
        .put("infinities", counts.infinities())
        .put("zeros", counts.zeros())
        .put("negatives", counts.negatives())
        .put("min", counts.min())
        .put("max", counts.max());
    column
        .moments()
        .ifPresent(
            m ->
                node.putObject("moments")
                    .put("mean", finite(m.mean()))
                    .put("variance", finite(m.variance()))
                    .put("skewness", finite(m.skewness()))
                    .put("kurtosis", finite(m.kurtosis())));
    column
        .distribution()
        .ifPresent(
            d -> {
              ObjectNode to =
                  node.putObject("distribution")
                      .put("min", d.min())
                      .put("max", d.max())
                      .put("rankError", d.rankError());
              d.values().forEach(to.putArray("values")::add);
              d.weights().forEach(to.putArray("weights")::add);
            });
    column
        .histogram()
        .ifPresent(
            h -> {
              ObjectNode to = node.putObject("histogram");
              h.edges().forEach(to.putArray("edges")::add);
              h.counts().forEach(to.putArray("counts")::add);
            });
    column
        .distinct()
        .ifPresent(
            d ->
                node.putObject("distinct")
                    .put("estimate", d.estimate())
                    .put("lower", d.lower())
                    .put("upper", d.upper()));
    column.topValues().ifPresent(top -> write(top, node.putObject("topValues")));
  }

  private static void write(TopValues top, ObjectNode node) {
    node.put("complete", top.complete());
    ArrayNode entries = node.putArray("entries");
    for (TopValues.Entry entry : top.entries()) {
      entries
          .addObject()
          .put("value", entry.value())
          .put("count", entry.count())
          .put("atLeast", entry.atLeast());
    }
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  static DataAnalysis read(String json) {
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "an analysis must be JSON as DataAnalysis.toJson() writes it, but: "
              + e.getOriginalMessage(),
          e);
    }
    int format = required(root, "format").asInt();
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          "an analysis must have the format %d, but has %d; analyse again"
              .formatted(FORMAT, format));
    }
    return new DataAnalysis(
        list(required(root, "columns"), AnalysisJson::column),
        list(required(root, "leftOut"), JsonNode::asText));
  }

  private static ColumnAnalysis column(JsonNode node) {
    JsonNode counts = required(node, "counts");
    String kind = required(node, "kind").asText();
    ValueKind known;
    try {
      known = ValueKind.valueOf(kind);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the kind of a column must be one of %s, but is '%s'; analyse again"
              .formatted(List.of(ValueKind.values()), kind),
          e);
    }
    return new ColumnAnalysis(
        required(node, "name").asText(),
        required(node, "type").asText(),
        known,
        new ColumnCounts(
            count(counts, "rows"),
            count(counts, "nulls"),
            count(counts, "nans"),
            count(counts, "infinities"),
            count(counts, "zeros"),
            count(counts, "negatives"),
            boundOrNull(counts, "min"),
            boundOrNull(counts, "max")),
        part(node, "moments", AnalysisJson::moments),
        part(node, "distribution", AnalysisJson::distribution),
        part(
            node,
            "histogram",
            h ->
                new Histogram(
                    list(required(h, "edges"), JsonNode::asDouble),
                    list(required(h, "counts"), JsonNode::asLong))),
        part(
            node,
            "distinct",
            d -> new DistinctCount(count(d, "estimate"), count(d, "lower"), count(d, "upper"))),
        part(node, "topValues", AnalysisJson::topValues));
  }

  private static ColumnMoments moments(JsonNode node) {
    return new ColumnMoments(
        orNan(node, "mean"),
        orNan(node, "variance"),
        orNan(node, "skewness"),
        orNan(node, "kurtosis"));
  }

  private static Distribution distribution(JsonNode node) {
    return new Distribution(
        list(required(node, "values"), JsonNode::asDouble),
        list(required(node, "weights"), JsonNode::asLong),
        required(node, "min").asDouble(),
        required(node, "max").asDouble(),
        required(node, "rankError").asDouble());
  }

  private static TopValues topValues(JsonNode node) {
    return new TopValues(
        list(
            required(node, "entries"),
            e ->
                new TopValues.Entry(
                    required(e, "value").asText(), count(e, "count"), count(e, "atLeast"))),
        required(node, "complete").asBoolean());
  }

  private static <T> Optional<T> part(JsonNode node, String name, Function<JsonNode, T> reader) {
    return Optional.ofNullable(node.get(name)).map(reader);
  }

  private static <T> List<T> list(JsonNode node, Function<JsonNode, T> reader) {
    List<T> result = new ArrayList<>();
    node.forEach(element -> result.add(reader.apply(element)));
    return result;
  }

  private static double orNan(JsonNode node, String name) {
    JsonNode value = required(node, name);
    return value.isNull() ? Double.NaN : value.asDouble();
  }

  private static Double boundOrNull(JsonNode node, String name) {
    JsonNode value = required(node, name);
    return value.isNull() ? null : value.asDouble();
  }

  private static long count(JsonNode node, String name) {
    JsonNode value = required(node, name);
    if (!value.canConvertToLong() || value.asLong() < 0) {
      throw new IllegalArgumentException(
          "'%s' must be a count, but is %s; analyse again".formatted(name, value));
    }
    return value.asLong();
  }

  private static JsonNode required(JsonNode node, String name) {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the JSON of an analysis must have '%s', but has only %s; analyse again"
              .formatted(name, brief(node)));
    }
    return value;
  }

  private static String brief(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names.toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * JSON of saved stages in a form that does not depend on their uids. Spark writes the Params of a
 * stage and the values of a candidate in the order of a hash of the uid, and names output columns
 * by it where none is set.
 */
final class SortedJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SortedJson() {}

  /** The JSON with its names sorted and without the time; text that is no JSON is as it is. */
  static String of(String text) {
    try {
      return sorted(JSON.readTree(text)).toString();
    } catch (JsonProcessingException e) {
      return text;
    }
  }

  private static JsonNode sorted(JsonNode node) {
    if (node.isObject()) {
      ObjectNode sorted = JsonNodeFactory.instance.objectNode();
      TreeSet<String> names = new TreeSet<>();
      node.fieldNames().forEachRemaining(names::add);
      names.remove("timestamp");
      names.forEach(name -> sorted.set(name, sorted(node.get(name))));
      if (sorted.get("defaultParamMap") instanceof ObjectNode defaults) {
        // A default may hold the uid, and does not count where the Param is set
        List<String> set = new ArrayList<>();
        node.path("paramMap").fieldNames().forEachRemaining(set::add);
        defaults.remove(set);
      }
      return sorted;
    }
    if (node.isArray()) {
      List<JsonNode> elements = new ArrayList<>();
      node.forEach(element -> elements.add(sorted(element)));
      if (elements.stream().allMatch(element -> element.has("parent"))) {
        elements.sort(Comparator.comparing(JsonNode::toString)); // values of a candidate
      }
      return JsonNodeFactory.instance.arrayNode().addAll(elements);
    }
    return node;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * How a search went; the file {@code data/search.json} of a saved model.
 *
 * @param largerIsBetter whether the evaluator's metric is better when it is larger
 * @param bestTrial number of the best candidate
 * @param bestRung the rung on which it was best
 * @param prefixFits estimators that were fitted for several candidates
 * @param trialFits estimators that were fitted for one trial each
 * @param results in the order in which trials ended
 */
record SearchFacts(
    boolean largerIsBetter,
    int bestTrial,
    int bestRung,
    int prefixFits,
    int trialFits,
    List<TrialResult> results) {
  private static final ObjectMapper JSON = new ObjectMapper();

  SearchFacts {
    results = List.copyOf(results);
  }

  String toJson() {
    return JSON.valueToTree(this).toPrettyString();
  }

  static SearchFacts fromJson(String text, String path) {
    try {
      return JSON.readValue(text, SearchFacts.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "'%s' must be the JSON that saving a search writes, but is damaged: %s"
              .formatted(path, e.getOriginalMessage()),
          e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What an analysis found in one column. What was not asked for, or has no values, is empty.
 * Immutable.
 *
 * @param name the column
 * @param type its Spark type
 * @param kind what its values are, and which number stands for them
 * @param counts what is always counted
 * @param moments mean and higher moments
 * @param distribution quantiles and shares
 * @param histogram counts in bins of equal width
 * @param distinct the number of distinct values
 * @param topValues the most frequent values
 */
public record ColumnAnalysis(
    String name,
    String type,
    ValueKind kind,
    ColumnCounts counts,
    Optional<ColumnMoments> moments,
    Optional<Distribution> distribution,
    Optional<Histogram> histogram,
    Optional<DistinctCount> distinct,
    Optional<TopValues> topValues) {

  /** Checks that nothing is null. */
  public ColumnAnalysis {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(counts, "counts");
  }

  /**
   * The values that the column has, sorted: the states of a categorical column, which a
   * TransformProcess must be told and only data can tell. Null is no state.
   *
   * @throws IllegalArgumentException if the values are not all known, or there is none
   */
  public List<String> states() {
    TopValues known =
        topValues.orElseThrow(
            () -> noStates("its top values were not analysed", "ask for Statistic.TOP_VALUES"));
    List<String> states = known.entries().stream().map(TopValues.Entry::value).sorted().toList();
    if (!known.complete()) {
      throw noStates(
          "it has more values than the " + states.size() + " that were kept",
          "raise AnalysisPlan.withTopValues, or make its rare values one first");
    }
    if (states.stream().anyMatch(ColumnSketch::isCut)) {
      throw noStates("some of its values are too long to be told apart", "shorten them first");
    }
    if (states.isEmpty()) {
      throw noStates("it has no values but nulls", "leave it out");
    }
    return states;
  }

  private IllegalArgumentException noStates(String reason, String remedy) {
    return new IllegalArgumentException(
        "column '%s' gives no states of a category: %s; %s".formatted(name, reason, remedy));
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

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
}

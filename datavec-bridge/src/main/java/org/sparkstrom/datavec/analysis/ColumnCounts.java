// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

/**
 * What is counted of every column, exactly. Texts count by their length, times in milliseconds,
 * booleans as 1 and 0: see {@link ValueKind}.
 *
 * @param rows rows in all
 * @param nulls rows without a value
 * @param nans values that are NaN
 * @param infinities values that are infinite; like NaN they enter nothing else but distinct counts
 *     and top values
 * @param zeros values that are 0
 * @param negatives values below 0
 * @param min the least finite value, null if there is none
 * @param max the greatest finite value, null if there is none
 */
public record ColumnCounts(
    long rows,
    long nulls,
    long nans,
    long infinities,
    long zeros,
    long negatives,
    Double min,
    Double max) {

  /** Checks that the counts can be true, since they may come from a file. */
  public ColumnCounts {
    boolean sound = nulls >= 0 && nans >= 0 && infinities >= 0 && zeros >= 0 && negatives >= 0;
    if (!sound || rows - nulls - nans - infinities < zeros + negatives) {
      throw new IllegalArgumentException(
          "counts must not be negative, and parts not more than rows, but are %d rows, %d nulls, %d"
                  .formatted(rows, nulls, nans)
              + " NaN, %d infinite, %d zeros, %d negatives"
                  .formatted(infinities, zeros, negatives));
    }
  }

  /** Values that are finite. */
  public long finite() {
    return rows - nulls - nans - infinities;
  }

  /** Values above 0. */
  public long positives() {
    return finite() - zeros - negatives;
  }
}

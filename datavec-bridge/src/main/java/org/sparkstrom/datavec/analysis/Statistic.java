// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

/**
 * What an analysis can be asked for. Counts of rows, nulls, NaN and infinite entries, and the least
 * and greatest value, are always there.
 */
public enum Statistic {
  /** Mean, variance, skewness, kurtosis, and counts of zeros, negatives and positives; exact. */
  MOMENTS,
  /** Quantiles, from a KLL sketch; also what the drift of numbers is computed from. */
  QUANTILES,
  /** Counts in bins of equal width from the least to the greatest value, from the same sketch. */
  HISTOGRAM,
  /** The number of distinct values, from an HLL sketch. */
  DISTINCT,
  /** The most frequent values; also what the drift of texts and booleans is computed from. */
  TOP_VALUES
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

/**
 * Moments of a column's finite values. NaN stands for what does not exist, or what doubles cannot
 * hold.
 *
 * @param mean the mean
 * @param variance over n - 1, NaN for a single value
 * @param skewness over n, NaN if all values are equal
 * @param kurtosis excess over n, NaN if all values are equal
 */
public record ColumnMoments(double mean, double variance, double skewness, double kurtosis) {
  /** Makes what overflowed NaN, so that there is one value for "no figure". */
  public ColumnMoments {
    mean = finiteOrNan(mean);
    variance = finiteOrNan(variance);
    skewness = finiteOrNan(skewness);
    kurtosis = finiteOrNan(kurtosis);
  }

  private static double finiteOrNan(double value) {
    return Double.isFinite(value) ? value : Double.NaN;
  }

  static ColumnMoments of(PowerSums sums) {
    return new ColumnMoments(sums.mean(), sums.sampleVariance(), sums.skewness(), sums.kurtosis());
  }

  /** The standard deviation over n - 1. */
  public double deviation() {
    return Math.sqrt(variance);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

/**
 * What was found of one row.
 *
 * @param values [targets][parts], what each part has to do with each target
 * @param base [targets], what the values are added to
 * @param rSquared [targets], the share of the answers' weighted variance that base and values give
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record Explanation(double[][] values, double[] base, double[] rSquared) {
  private static final double ROUNDING = 1e-12; // relative to the largest answer

  /**
   * 1 - residual / total, and 1 where the answers do not vary but by rounding: then there is
   * nothing to explain.
   *
   * @param residual weighted sum of squares that is left
   * @param total weighted sum of squares around the mean
   * @param mass sum of the weights
   * @param answers what was weighted
   */
  static double rSquared(double residual, double total, double mass, double[] answers) {
    double largest = 0;
    for (double answer : answers) {
      largest = Math.max(largest, Math.abs(answer));
    }
    return total <= mass * Math.pow(ROUNDING * largest, 2) ? 1 : 1 - residual / total;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

/**
 * Finds out whether an update holds NaN or an infinity, in one pass that costs little beside the
 * step that made the update.
 *
 * <p>x * 0 is 0 for every finite x and NaN for all others, and NaN survives every sum. Several sums
 * side by side do not wait for each other.
 */
final class FiniteCheck {
  /** What usually helps, for messages. */
  static final String REMEDIES =
      "lower the learning rate, clip or normalize gradients, and look for rows with extreme values";

  private FiniteCheck() {}

  static boolean isFinite(float[] values) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 4 <= values.length; i += 4) {
      a += values[i] * 0f;
      b += values[i + 1] * 0f;
      c += values[i + 2] * 0f;
      d += values[i + 3] * 0f;
    }
    for (; i < values.length; i++) {
      a += values[i] * 0f;
    }
    return a + b + c + d == 0;
  }
}

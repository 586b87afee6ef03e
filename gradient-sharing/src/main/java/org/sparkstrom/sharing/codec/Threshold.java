// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

/**
 * The thresholds that exist: powers of two, named by their exponent.
 *
 * <p>With tau = 2^e the products k * tau and the remainders r - k * tau have no rounding error in
 * float32, nor has the division of r by tau. So an encoder loses no mass, and replicas that add the
 * same integers hold the same bits. A step of two is fine enough, because what matters is the
 * density of entries above the threshold, which is held within a band.
 */
public final class Threshold {
  /** The smallest threshold is 2 to this power, about 1e-12. */
  public static final int MIN_EXPONENT = -40;

  /** The largest threshold is 2 to this power, about 1e6. */
  public static final int MAX_EXPONENT = 20;

  private Threshold() {}

  /** The threshold with this exponent. */
  public static float of(int exponent) {
    return Math.scalb(1f, exponent);
  }

  /**
   * The exponent in range whose power of two is nearest by ratio.
   *
   * @param threshold a positive, finite number
   */
  public static int nearestExponent(float threshold) {
    if (!(threshold > 0) || threshold == Float.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "a threshold must be positive and finite, but is " + threshold);
    }
    double value = threshold;
    int exponent = Math.getExponent(value);
    double fraction = value / Math.scalb(1.0, exponent);
    return clampExponent(fraction * fraction >= 2 ? exponent + 1 : exponent);
  }

  /** The exponent itself, or the end of the range that it lies beyond. */
  public static int clampExponent(int exponent) {
    return Math.max(MIN_EXPONENT, Math.min(MAX_EXPONENT, exponent));
  }
}

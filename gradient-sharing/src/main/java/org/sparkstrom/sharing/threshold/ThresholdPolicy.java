// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.threshold;

import java.io.Serializable;
import java.util.OptionalDouble;
import org.sparkstrom.sharing.codec.Threshold;

/** How the thresholds of a fit are chosen: configuration, the same on all workers. */
public sealed interface ThresholdPolicy extends Serializable
    permits FixedThreshold, TargetDensity, HardThreshold {

  /** The exponent of every block's threshold in the first round. */
  int initialExponent();

  /**
   * The share of its entries that a worker should send in a round; empty if thresholds stay as they
   * are. Made of exact operations, so that all replicas agree.
   *
   * @param round 0-based
   */
  OptionalDouble wantedDensity(long round);

  /** Rounds until the density is the one that is wanted for good; 0 if it always is. */
  int warmupRounds();

  /** Refuses what is no density. */
  static void requireDensity(double density) {
    if (!(density > 0 && density <= 1)) {
      throw new IllegalArgumentException("density must be in (0, 1], but is " + density);
    }
  }

  /** Refuses what is no exponent of a threshold. */
  static void requireExponent(int exponent) {
    if (exponent != Threshold.clampExponent(exponent)) {
      throw new IllegalArgumentException(
          "initialExponent must be in ["
              + Threshold.MIN_EXPONENT
              + ", "
              + Threshold.MAX_EXPONENT
              + "], but is "
              + exponent);
    }
  }
}

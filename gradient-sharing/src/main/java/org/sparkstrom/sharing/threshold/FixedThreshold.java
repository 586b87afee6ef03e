// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.threshold;

import java.util.OptionalDouble;
import org.sparkstrom.sharing.codec.Threshold;

/**
 * One threshold for all blocks and rounds.
 *
 * @param threshold positive and finite; the nearest power of two in [2^-40, 2^20] is used
 */
public record FixedThreshold(float threshold) implements ThresholdPolicy {

  public FixedThreshold {
    Threshold.nearestExponent(threshold); // refuses what is no threshold
  }

  @Override
  public int initialExponent() {
    return Threshold.nearestExponent(threshold);
  }

  @Override
  public int warmupRounds() {
    return 0;
  }

  @Override
  public OptionalDouble wantedDensity(long round) {
    return OptionalDouble.empty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.threshold;

import java.util.OptionalDouble;

/**
 * A threshold for each block, moved so that about the wanted share of its entries is sent.
 *
 * <p>The warm-up is that of Y. Lin et al., "Deep gradient compression" (2018), counted in rounds
 * rather than epochs: the wanted density starts at 25% and falls to a quarter in equal parts of the
 * warm-up, until it has reached the final one.
 *
 * @param density share of a worker's entries to send in a round, in (0, 1]
 * @param warmupRounds rounds until the final density holds; 0 for no warm-up
 * @param initialExponent every block starts with the threshold 2^initialExponent
 */
public record TargetDensity(double density, int warmupRounds, int initialExponent)
    implements ThresholdPolicy {
  private static final double FIRST_DENSITY = 0.25;

  public TargetDensity {
    ThresholdPolicy.requireDensity(density);
    ThresholdPolicy.requireExponent(initialExponent);
    if (warmupRounds < 0) {
      throw new IllegalArgumentException("warmupRounds must be >= 0, but is " + warmupRounds);
    }
  }

  @Override
  public OptionalDouble wantedDensity(long round) {
    return OptionalDouble.of(densityAt(round));
  }

  /** The density wanted in a round, counted from 0. */
  double densityAt(long round) {
    int stages = 0;
    for (double d = FIRST_DENSITY; d > density; d /= 4) {
      stages++;
    }
    double wanted = FIRST_DENSITY;
    for (long stage = 0; stage < stages; stage++) {
      if (round * stages < (stage + 1) * warmupRounds) {
        return wanted;
      }
      wanted /= 4;
    }
    return density;
  }
}

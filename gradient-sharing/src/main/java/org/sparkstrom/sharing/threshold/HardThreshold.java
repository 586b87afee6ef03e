// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.threshold;

import java.util.OptionalDouble;

/**
 * A threshold for each block that is found in the first rounds and then held.
 *
 * <p>A. Sahu et al., "Rethinking gradient sparsification as total error minimization" (2021), show
 * that with error feedback a threshold that is the same in all rounds has the smallest total error
 * of all schemes that send as much over the whole training: it sends more while updates are large
 * and less when training has settled, where a fixed density does the opposite. We differ in how it
 * is found: they derive it from the parameters of the fit, here the controller searches for the one
 * that sends the wanted share in the first rounds.
 *
 * @param density share of a worker's entries to send in the first rounds, in (0, 1]
 * @param calibrationRounds rounds in which the thresholds move, at least 1
 * @param initialExponent every block starts with the threshold 2^initialExponent
 */
public record HardThreshold(double density, int calibrationRounds, int initialExponent)
    implements ThresholdPolicy {

  public HardThreshold {
    ThresholdPolicy.requireDensity(density);
    ThresholdPolicy.requireExponent(initialExponent);
    if (calibrationRounds < 1) {
      throw new IllegalArgumentException(
          "calibrationRounds must be at least 1, but is " + calibrationRounds);
    }
  }

  @Override
  public int warmupRounds() {
    return calibrationRounds;
  }

  @Override
  public OptionalDouble wantedDensity(long round) {
    return round < calibrationRounds ? OptionalDouble.of(density) : OptionalDouble.empty();
  }
}

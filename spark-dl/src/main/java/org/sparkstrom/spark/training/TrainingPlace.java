// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;

/**
 * How far a fit is: a place between two rounds.
 *
 * <p>Everything that is random on a worker follows from seed, rank and place, so that a worker that
 * enters in the middle of an epoch goes on as the one before it would have.
 *
 * @param iteration iterations of the network, those before the fit included
 * @param epoch completed epochs of the network, those before the fit included
 * @param round steps of each worker in this fit so far
 * @param roundsPerEpoch steps of each worker in an epoch of this fit
 * @param seed the fit's seed
 */
public record TrainingPlace(int iteration, int epoch, long round, long roundsPerEpoch, long seed)
    implements Serializable {

  public TrainingPlace {
    if (iteration < 0 || epoch < 0 || round < 0 || roundsPerEpoch < 1) {
      throw new IllegalArgumentException(
          "iteration, epoch and round must be at least 0 and roundsPerEpoch at least 1, but are %d, %d, %d and %d"
              .formatted(iteration, epoch, round, roundsPerEpoch));
    }
  }

  /** Epochs of this fit that are completed. */
  public int epochOfFit() {
    return Math.toIntExact(round / roundsPerEpoch);
  }

  /** Rounds of the epoch in progress that are completed. */
  public long roundOfEpoch() {
    return round % roundsPerEpoch;
  }

  /** The place after as many steps of the same fit, counted from its start. */
  TrainingPlace at(long otherRound) {
    return new TrainingPlace(
        Math.toIntExact(iteration + otherRound - round),
        Math.toIntExact(epoch + otherRound / roundsPerEpoch - round / roundsPerEpoch),
        otherRound,
        roundsPerEpoch,
        seed);
  }
}

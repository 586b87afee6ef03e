// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;

/**
 * How far a network is in its training: a place between two rounds.
 *
 * <p>Everything that is random on a worker follows from seed, rank and place, so that a worker that
 * enters in the middle of an epoch goes on as the one before it would have. Epochs and rounds are
 * counted from the network's beginning, those before the fit included: so a fit of many epochs and
 * as many fits of one epoch each, one after the other, come through the same places.
 *
 * @param iteration iterations of the network
 * @param epoch completed epochs of the network
 * @param round steps of each worker, as if all epochs had been like those of this fit
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
    if (round / roundsPerEpoch != epoch) {
      throw new IllegalArgumentException(
          "round %d with %d rounds in an epoch must be in epoch %d, but is in epoch %d"
              .formatted(round, roundsPerEpoch, epoch, round / roundsPerEpoch));
    }
  }

  /** The place of a network between two epochs. */
  static TrainingPlace between(int iteration, int epoch, long roundsPerEpoch, long seed) {
    return new TrainingPlace(iteration, epoch, epoch * roundsPerEpoch, roundsPerEpoch, seed);
  }

  /** Rounds of the epoch in progress that are completed. */
  public long roundOfEpoch() {
    return round % roundsPerEpoch;
  }

  /** The place in the same fit at another round. */
  TrainingPlace at(long otherRound) {
    return new TrainingPlace(
        Math.toIntExact(iteration + otherRound - round),
        Math.toIntExact(otherRound / roundsPerEpoch),
        otherRound,
        roundsPerEpoch,
        seed);
  }
}

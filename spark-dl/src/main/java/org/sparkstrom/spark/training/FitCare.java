// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import java.util.Objects;
import org.sparkstrom.sharing.round.Synchrony;
import org.sparkstrom.spark.checkpoint.CheckpointConfig;

/**
 * How a fit takes care of itself: where it saves its state, what it does when it diverges, and when
 * it has learned enough.
 *
 * @param checkpoints where and how often its state is written
 * @param nonFinite what happens to scores and updates that are not finite
 * @param earlyStopping when it ends before its last epoch
 * @param validationFraction share of the rows that are set aside for validation where no column
 *     tells which; 0 for none
 */
public record FitCare(
    CheckpointConfig checkpoints,
    NonFinitePolicy nonFinite,
    EarlyStopping earlyStopping,
    double validationFraction)
    implements Serializable {

  /** No checkpoints, an end at the first NaN, and all epochs. */
  public static final FitCare DEFAULT =
      new FitCare(CheckpointConfig.NONE, NonFinitePolicy.stop(), EarlyStopping.OFF, 0);

  public FitCare {
    Objects.requireNonNull(checkpoints, "checkpoints");
    Objects.requireNonNull(nonFinite, "nonFinite");
    Objects.requireNonNull(earlyStopping, "earlyStopping");
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new IllegalArgumentException(
          "validationFraction must be in [0, 1), but is " + validationFraction);
    }
  }

  /**
   * Refuses what a mode of sharing cannot do.
   *
   * @throws IllegalArgumentException if epochs are to be undone in a mode that has updates on their
   *     way between two steps
   */
  void requireFits(Synchrony synchrony, int localSteps) {
    if (nonFinite.action() == NonFinitePolicy.Action.RESTORE
        && (synchrony != Synchrony.SYNC || localSteps > 1)) {
      throw new IllegalArgumentException(
          "the policy RESTORE for non-finite updates needs the synchrony SYNC and localSteps = 1, so that no update is on its way when an epoch is undone, but has %s and %d; take SKIP or STOP"
              .formatted(synchrony, localSteps));
    }
  }

  /** The same with other checkpoints. */
  public FitCare with(CheckpointConfig other) {
    return new FitCare(other, nonFinite, earlyStopping, validationFraction);
  }

  /** The same with another policy. */
  public FitCare with(NonFinitePolicy other) {
    return new FitCare(checkpoints, other, earlyStopping, validationFraction);
  }

  /** The same with another end. */
  public FitCare with(EarlyStopping other) {
    return new FitCare(checkpoints, nonFinite, other, validationFraction);
  }

  /** The same with another share of rows for validation. */
  public FitCare withValidationFraction(double fraction) {
    return new FitCare(checkpoints, nonFinite, earlyStopping, fraction);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.updater;

import java.util.Optional;
import org.nd4j.linalg.learning.regularization.L1Regularization;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.Regularization.ApplyStep;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * A regularization: something of the parameters themselves that is added to their gradients (L1,
 * L2) or to their updates (weight decay; Loshchilov and Hutter, "Decoupled weight decay
 * regularization", 2019).
 */
final class Penalty {
  private final Regularization config;
  private final ISchedule schedule;
  private float factor;

  private Penalty(Regularization config, ISchedule schedule) {
    this.config = config;
    this.schedule = schedule;
  }

  /** The penalty of exactly this class of regularization; empty if there is none. */
  static Optional<Penalty> of(Regularization config) {
    ISchedule schedule = null;
    if (config.getClass() == L1Regularization.class) {
      schedule = ((L1Regularization) config).getL1();
    } else if (config.getClass() == L2Regularization.class) {
      schedule = ((L2Regularization) config).getL2();
    } else if (config.getClass() == WeightDecay.class) {
      schedule = ((WeightDecay) config).getCoeff();
    }
    return schedule == null ? Optional.empty() : Optional.of(new Penalty(config, schedule));
  }

  /** True if it belongs to the gradient, false if to the update. */
  boolean isBeforeUpdater() {
    return config.applyStep() == ApplyStep.BEFORE_UPDATER;
  }

  /** Fixes the factor of a step. */
  void begin(int iteration, int epoch, double learningRate) {
    double value = schedule.valueAt(iteration, epoch);
    boolean scaled = config instanceof WeightDecay decay && decay.isApplyLR();
    factor = (float) (scaled ? value * learningRate : value);
  }

  void apply(float[] values, float[] parameters, int from, int to) {
    float factor = this.factor;
    if (config instanceof L1Regularization) {
      for (int i = from; i < to; i++) {
        values[i] += factor * Math.signum(parameters[i]);
      }
    } else {
      for (int i = from; i < to; i++) {
        values[i] += factor * parameters[i];
      }
    }
  }
}

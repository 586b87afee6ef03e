// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.sparkstrom.sharing.threshold.FixedThreshold;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;
import org.sparkstrom.spark.training.TrainingConfig;

/** The Params of {@link NetworkParams} that say how workers share their updates. */
final class SharingParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final TrainingConfig DEFAULTS = TrainingConfig.builder().build();
  private static final TargetDensity DEFAULT_DENSITY = (TargetDensity) DEFAULTS.thresholdPolicy();

  final Param<String> quantizer;
  final Param<String> aggregation;
  final Param<String> synchrony;
  final IntParam localSteps;
  final DoubleParam targetDensity;
  final DoubleParam updateThreshold;

  /** The Params of this stage; sets the stage's defaults. */
  SharingParamSet(Params stage) {
    quantizer =
        Defaulted.choice(
            stage,
            "quantizer",
            "form in which updates travel: threshold (whole multiples of a threshold, the rest "
                + "waits), float16 (whole, half the bytes), none (whole, as float32) or auto "
                + "(threshold or float16, whichever takes less time in the first rounds)",
            DEFAULTS.quantizer());
    aggregation =
        Defaulted.choice(
            stage,
            "aggregation",
            "the workers' updates become their mean or sum",
            DEFAULTS.aggregation());
    synchrony =
        Defaulted.choice(
            stage,
            "synchrony",
            "how long a replica goes on without its peers' updates: sync (not at all), pipelined "
                + "(one round), async (as long as none is more than eight updates ahead)",
            DEFAULTS.synchrony());
    localSteps =
        Defaulted.integer(
            stage,
            "localSteps",
            "steps of a worker whose updates are added up before they are shared; with the "
                + "quantizer auto the most that it may choose",
            DEFAULTS.localSteps(),
            1);
    targetDensity =
        new DoubleParam(
            stage,
            "targetDensity",
            "share of an update's entries to send in a round, reached after a warm-up; for "
                + "the quantizers threshold and auto",
            ParamChecks.share("targetDensity"));
    stage.setDefault(targetDensity, DEFAULT_DENSITY.density());
    updateThreshold =
        new DoubleParam(
            stage,
            "updateThreshold",
            "one fixed threshold, rounded to a power of two, in place of targetDensity",
            ParamChecks.positive("updateThreshold"));
  }

  /**
   * How the threshold is chosen.
   *
   * @throws IllegalArgumentException if updateThreshold and targetDensity are both set
   */
  ThresholdPolicy thresholdPolicy(NetworkParams stage) {
    if (!stage.isSet(updateThreshold)) {
      return new TargetDensity(
          stage.getTargetDensity(),
          DEFAULT_DENSITY.warmupRounds(),
          DEFAULT_DENSITY.initialExponent());
    }
    if (stage.isSet(targetDensity)) {
      throw new IllegalArgumentException(
          "updateThreshold and targetDensity exclude each other, but are set to %s and %s; clear one"
              .formatted(stage.getUpdateThreshold(), stage.getTargetDensity()));
    }
    return new FixedThreshold((float) stage.getUpdateThreshold());
  }
}

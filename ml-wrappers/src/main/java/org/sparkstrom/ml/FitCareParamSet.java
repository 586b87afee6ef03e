// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.sparkstrom.spark.training.EarlyStopping;
import org.sparkstrom.spark.training.FitCare;
import org.sparkstrom.spark.training.NonFinitePolicy;

/** The Params of {@link FitCareParams}, those of checkpoints in a set of their own. */
final class FitCareParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ValidationFigures figures;
  final CheckpointParamSet checkpoints;
  final Param<String> nonFinite;
  final IntParam nonFiniteLimit;
  final Param<String> earlyStoppingMetric;
  final IntParam patience;
  final DoubleParam minDelta;
  final DoubleParam earlyStoppingTarget;

  /**
   * The Params of this stage; sets the stage's defaults.
   *
   * @param figures those that validation may measure
   */
  FitCareParamSet(Params stage, ValidationFigures figures) {
    this.figures = figures;
    checkpoints = new CheckpointParamSet(stage);
    nonFinite =
        Defaulted.choice(
            stage,
            "nonFinite",
            "what happens when a score or an update is NaN or infinite: stop (the fit ends with an "
                + "error), skip (the worker sends nothing in that round), restore (the epoch is undone)",
            NonFinitePolicy.Action.STOP);
    nonFiniteLimit =
        Defaulted.integer(
            stage,
            "nonFiniteLimit",
            "rounds of a worker in a row that nonFinite = skip leaves out, or times that restore "
                + "undoes an epoch, before the fit stops after all",
            10,
            1);
    earlyStoppingMetric =
        new Param<>(
            stage,
            "earlyStoppingMetric",
            "figure on the validation rows by which a fit ends early and its best epoch is taken: "
                + figures.inWords()
                + "; empty for all epochs and the last",
            ParamChecks.check(name -> checkMetric(figures, name)));
    stage.setDefault(earlyStoppingMetric, "");
    patience =
        Defaulted.integer(
            stage,
            "patience",
            "epochs without improvement of earlyStoppingMetric after which a fit ends",
            Integer.MAX_VALUE,
            1);
    minDelta =
        new DoubleParam(
            stage,
            "minDelta",
            "how much better than the best so far an epoch must be to count as better",
            ParamChecks.notNegative("minDelta"));
    stage.setDefault(minDelta, 0.0);
    earlyStoppingTarget =
        new DoubleParam(
            stage,
            "earlyStoppingTarget",
            "value of earlyStoppingMetric that is good enough, so that the fit ends with that epoch",
            ParamChecks.finite("earlyStoppingTarget"));
  }

  private static void checkMetric(ValidationFigures figures, String name) {
    if (!name.isEmpty() && !figures.contains(name)) {
      throw new IllegalArgumentException(
          "earlyStoppingMetric must be %s, or empty, but is '%s'"
              .formatted(figures.inWords(), name));
    }
  }

  /**
   * How a fit of this stage takes care of itself.
   *
   * @throws IllegalArgumentException if Params contradict each other
   */
  FitCare of(FitCareParams stage, double validationFraction) {
    return new FitCare(
        checkpoints.of(stage), policy(stage), earlyStopping(stage), validationFraction);
  }

  private NonFinitePolicy policy(FitCareParams stage) {
    NonFinitePolicy.Action action =
        ParamChecks.choose("nonFinite", NonFinitePolicy.Action.class, stage.getNonFinite());
    return action == NonFinitePolicy.Action.STOP
        ? NonFinitePolicy.stop()
        : new NonFinitePolicy(action, stage.getNonFiniteLimit());
  }

  private EarlyStopping earlyStopping(FitCareParams stage) {
    boolean hasTarget = stage.isDefined(earlyStoppingTarget);
    if (stage.getEarlyStoppingMetric().isEmpty()) {
      if (hasTarget || stage.isSet(patience) || stage.isSet(minDelta)) {
        throw new IllegalArgumentException(
            "patience, minDelta and earlyStoppingTarget need an earlyStoppingMetric, which is empty; set it to "
                + figures.inWords());
      }
      return EarlyStopping.OFF;
    }
    EarlyStopping stopping =
        EarlyStopping.on(stage.getEarlyStoppingMetric(), stage.getPatience())
            .withMinDelta(stage.getMinDelta());
    return hasTarget ? stopping.withTarget(stage.getEarlyStoppingTarget()) : stopping;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.sparkstrom.ml.linear.LinearLoss;
import org.sparkstrom.spark.data.HandleInvalid;

/** The Params of {@link AveragedLinearParams}. */
final class AveragedLinearParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  final Param<String> loss;
  final IntParam maxIter;
  final DoubleParam stepSize;
  final BooleanParam fitIntercept;
  final IntParam classCount;
  final Param<String> weightCol;
  final LongParam seed;
  final Param<String> handleInvalid;

  /** The Params of this stage; sets the stage's defaults. */
  AveragedLinearParamSet(Params stage) {
    loss =
        Defaulted.choice(
            stage,
            "loss",
            "what a row does: perceptron (a row that is misclassified moves the weights) or"
                + " logistic (each does, by gradient descent)",
            LinearLoss.PERCEPTRON);
    maxIter = Defaulted.integer(stage, "maxIter", "passes over the training data", 10, 1);
    stepSize =
        new DoubleParam(
            stage,
            "stepSize",
            "step that a row of weight 1 makes; of no effect on what a perceptron predicts, but"
                + " with thresholds or an initial model",
            ParamChecks.positive("stepSize"));
    stage.setDefault(stepSize, 1.0);
    fitIntercept = new BooleanParam(stage, "fitIntercept", "whether classes have intercepts");
    stage.setDefault(fitIntercept, true);
    classCount =
        Defaulted.integer(
            stage,
            "classCount",
            "number of classes, of which a batch of rows need not have all; 0 to find it in the"
                + " label column",
            0,
            0);
    weightCol =
        new Param<>(
            stage,
            "weightCol",
            "column of the rows' weights, numbers of at least 0, which scale a row's step and its"
                + " share in the mean; unset or empty: all rows weigh 1");
    seed = new LongParam(stage, "seed", "seed of the order of rows in each pass");
    stage.setDefault(seed, 1L);
    handleInvalid =
        Defaulted.choice(
            stage,
            "handleInvalid",
            "what becomes of a row with null or non-finite features: error (the job fails), skip "
                + "(the row is left out), keep (such a value counts as 0)",
            HandleInvalid.ERROR);
  }
}

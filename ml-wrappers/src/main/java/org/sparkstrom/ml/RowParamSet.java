// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkOutput;
import org.sparkstrom.spark.network.NetworkOutput.LabelKind;

/** The Params of {@link RowParams} and {@link ClassWeights}. */
final class RowParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  final Param<String> weightCol;
  final Param<String> validationIndicatorCol;
  final DoubleParam validationFraction;
  final DoubleArrayParam classWeights;

  /** The Params of this stage; sets the stage's defaults. */
  RowParamSet(Params stage) {
    weightCol =
        new Param<>(
            stage,
            "weightCol",
            "column of the rows' weights, numbers of at least 0; a row of weight 2 counts in the "
                + "loss as two rows do; unset or empty: all rows weigh 1");
    validationIndicatorCol =
        new Param<>(
            stage,
            "validationIndicatorCol",
            "column of booleans: rows in which it is true are not trained on but kept for "
                + "validation; unset or empty: none, or the share validationFraction");
    validationFraction =
        new DoubleParam(
            stage,
            "validationFraction",
            "share of the rows, drawn by the seed, that is kept for validation where no "
                + "validationIndicatorCol is set; 0 for none",
            ParamChecks.shareBelowOne("validationFraction"));
    stage.setDefault(validationFraction, 0.0);
    classWeights =
        new DoubleArrayParam(
            stage,
            "classWeights",
            "what the rows of each class count in the loss, one number of at least 0 a class; "
                + "unset: all count 1",
            ParamChecks.check(RowParamSet::checkWeights));
  }

  private static void checkWeights(double[] weights) {
    for (int i = 0; i < weights.length; i++) {
      if (!(weights[i] >= 0) || Double.isInfinite(weights[i])) {
        throw new IllegalArgumentException(
            "classWeights must be finite and at least 0, but that of class %d is %s"
                .formatted(i, weights[i]));
      }
    }
  }

  /** The columns that a fit of this stage reads: these, and those of the rows' weights and use. */
  ColumnBinding columns(RowParams stage, List<String> features, List<String> labels) {
    return new ColumnBinding(features, labels)
        .withWeight(nameOf(stage, weightCol))
        .withValidationIndicator(nameOf(stage, validationIndicatorCol));
  }

  /** The weights by index of the class, as far as they are set. */
  Map<Integer, Double> classWeights(NetworkParams stage) {
    Map<Integer, Double> weights = new HashMap<>();
    if (stage instanceof ClassWeights classifier && stage.isDefined(classWeights)) {
      double[] values = classifier.getClassWeights();
      for (int i = 0; i < values.length; i++) {
        weights.put(i, values[i]);
      }
    }
    return weights;
  }

  /**
   * Refuses weights that are not one for each class of the one output of classes.
   *
   * @throws IllegalArgumentException if there are weights, and more or fewer than classes, or not
   *     one such output
   */
  void requireClasses(ClassWeights stage, List<NetworkOutput> outputs) {
    if (!stage.isDefined(classWeights)) {
      return;
    }
    List<NetworkOutput> ofClasses =
        outputs.stream().filter(output -> output.labels() == LabelKind.CLASS_INDEX).toList();
    if (ofClasses.size() != 1) {
      throw new IllegalArgumentException(
          "classWeights need a network with exactly one output of classes, but of its outputs %s there are %d; clear classWeights, and set weightCol instead"
              .formatted(outputs.stream().map(NetworkOutput::name).toList(), ofClasses.size()));
    }
    requireClassCount(stage, ofClasses.get(0).size());
  }

  /**
   * Refuses weights that are not one a class.
   *
   * @throws IllegalArgumentException if there are more or fewer
   */
  void requireClassCount(ClassWeights stage, int classCount) {
    if (stage.isDefined(classWeights) && stage.getClassWeights().length != classCount) {
      throw new IllegalArgumentException(
          "classWeights must be one for each of the network's %d classes, but are %d; set %d"
              .formatted(classCount, stage.getClassWeights().length, classCount));
    }
  }

  private static String nameOf(Params stage, Param<String> column) {
    return stage.isDefined(column) ? stage.getOrDefault(column) : "";
  }
}

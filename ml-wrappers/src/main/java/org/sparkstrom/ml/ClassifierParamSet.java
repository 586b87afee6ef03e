// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** The Params of {@link ClassifierParams}. */
final class ClassifierParamSet extends PlainNetworkParamSet {
  private static final long serialVersionUID = 1L;

  final Param<String> stringLabels;
  final StringArrayParam labels;
  final Param<String> predictedLabelCol;

  /** The Params of this stage; sets the stage's defaults. */
  ClassifierParamSet(Params stage) {
    super(stage, NetworkKind.CLASSIFIER);
    stringLabels =
        Defaulted.choice(
            stage,
            "stringLabels",
            "what a fit does with a label column of strings: refuse, or index (each string is a "
                + "class, by labels or else the most frequent first and equals by the alphabet)",
            StringLabels.Policy.REFUSE);
    labels =
        new StringArrayParam(
            stage,
            "labels",
            "labels of the classes, in the order of the network's outputs; unset: found by the fit "
                + "of a column of strings, else none",
            ParamChecks.check(ClassifierParamSet::checkLabels));
    predictedLabelCol =
        Defaulted.text(
            stage,
            "predictedLabelCol",
            "column of the predicted class's label, where there are labels; empty for none",
            "predictedLabel");
  }

  private static void checkLabels(String[] labels) {
    if (labels.length == 0 || new HashSet<>(Arrays.asList(labels)).size() != labels.length) {
      throw new IllegalArgumentException(
          "labels must be at least one, each once, but are %s".formatted(Arrays.toString(labels)));
    }
  }

  /** The labels that are known; none if they are not set. */
  List<String> labels(ClassifierParams stage) {
    return stage.isDefined(labels) ? List.of(stage.getLabels()) : List.of();
  }
}

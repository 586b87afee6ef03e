// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.python;

import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.PredictionModel;
import org.apache.spark.ml.Predictor;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.regression.RegressionModel;
import org.apache.spark.ml.regression.Regressor;

/**
 * What a stage is to spark.ml, from the most special to the most general. Its name is that of the
 * Python base class in {@code sparkstrom._stages}.
 */
enum StageKind {
  PROBABILISTIC_CLASSIFIER("ProbabilisticClassifier", ProbabilisticClassifier.class),
  PROBABILISTIC_CLASSIFICATION_MODEL(
      "ProbabilisticClassificationModel", ProbabilisticClassificationModel.class),
  REGRESSOR("Regressor", Regressor.class),
  REGRESSION_MODEL("RegressionModel", RegressionModel.class),
  PREDICTOR("Predictor", Predictor.class),
  PREDICTION_MODEL("PredictionModel", PredictionModel.class),
  ESTIMATOR("Estimator", Estimator.class),
  MODEL("Model", Model.class),
  TRANSFORMER("Transformer", Transformer.class);

  /** What all Python stages have, so that no Param may be named so. */
  private static final Set<String> OF_STAGES =
      Set.of(
          "clear",
          "copy",
          "explainParam",
          "explainParams",
          "extractParamMap",
          "getOrDefault",
          "getParam",
          "hasDefault",
          "hasParam",
          "isDefined",
          "isSet",
          "load",
          "params",
          "read",
          "save",
          "set",
          "setParams",
          "uid",
          "write");

  private final String base;
  private final Class<?> type;

  StageKind(String base, Class<?> type) {
    this.base = base;
    this.type = type;
  }

  /** The kind of a stage's class. */
  static StageKind of(Class<? extends PipelineStage> stage) {
    for (StageKind kind : values()) {
      if (kind.type.isAssignableFrom(stage)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        stage.getName() + " must be an Estimator or a Transformer, but is neither");
  }

  /** Name of the Python base class. */
  String base() {
    return base;
  }

  boolean isEstimator() {
    return Estimator.class.isAssignableFrom(type);
  }

  boolean isModel() {
    return Model.class.isAssignableFrom(type);
  }

  /** Attributes that Python stages of this kind have, whatever their Params. */
  Set<String> attributes() {
    Set<String> names = new TreeSet<>(OF_STAGES);
    if (isEstimator()) {
      names.addAll(Set.of("fit", "fitMultiple"));
    } else {
      names.add("transform");
    }
    if (PredictionModel.class.isAssignableFrom(type)) {
      names.addAll(Set.of("numFeatures", "predict"));
    }
    if (ProbabilisticClassificationModel.class.isAssignableFrom(type)) {
      names.addAll(Set.of("numClasses", "predictProbability", "predictRaw"));
    }
    return names;
  }
}

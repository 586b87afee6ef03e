// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/** The Params that {@link NetworkClassifier} and its model have beside those of all predictors. */
public interface ClassifierParams extends PlainNetworkParams, ClassWeights {

  @Override
  ClassifierParamSet paramSet();

  /** Param for what a fit does with a label column of strings: refuse or index. */
  default Param<String> stringLabels() {
    return paramSet().stringLabels;
  }

  /** Param for the labels of the classes, in the order of the network's outputs. No default. */
  default StringArrayParam labels() {
    return paramSet().labels;
  }

  /** Param for the column of the predicted label, which a model with labels appends. */
  default Param<String> predictedLabelCol() {
    return paramSet().predictedLabelCol;
  }

  default String getStringLabels() {
    return getOrDefault(stringLabels());
  }

  default String[] getLabels() {
    return getOrDefault(labels());
  }

  default String getPredictedLabelCol() {
    return getOrDefault(predictedLabelCol());
  }
}

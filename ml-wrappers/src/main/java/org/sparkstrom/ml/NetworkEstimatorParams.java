// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.apache.spark.ml.param.StringArrayParam;

/**
 * The Params that {@link NetworkEstimator} and its model share: beside those of all networks, a
 * column for each input and each output.
 */
public interface NetworkEstimatorParams extends ClassWeights {

  @Override
  NetworkEstimatorParamSet paramSet();

  /** Param for the features columns, one for each input of the network. */
  default StringArrayParam featuresCols() {
    return paramSet().featuresCols;
  }

  /** Param for the label columns, one for each output of the network. */
  default StringArrayParam labelCols() {
    return paramSet().labelCols;
  }

  /** Param for the appended columns, one for each output of the network. No default. */
  default StringArrayParam outputCols() {
    return paramSet().outputCols;
  }

  default String[] getFeaturesCols() {
    return getOrDefault(featuresCols());
  }

  default String[] getLabelCols() {
    return getOrDefault(labelCols());
  }

  default String[] getOutputCols() {
    return getOrDefault(outputCols());
  }
}

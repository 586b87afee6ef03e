// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.apache.spark.ml.param.DoubleArrayParam;

/** The Param that says what each class counts; stages whose networks can classify have it. */
public interface ClassWeights extends NetworkParams {

  /** Param for what each class counts in the loss. No default: all count 1. */
  default DoubleArrayParam classWeights() {
    return paramSet().rows.classWeights;
  }

  default double[] getClassWeights() {
    return getOrDefault(classWeights());
  }
}

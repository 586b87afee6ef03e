// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** What {@link AveragedLinear} and its model are set to, besides what all classifiers are. */
public interface AveragedLinearParams extends Params {

  /** The Params themselves. */
  AveragedLinearParamSet paramSet();

  /** Param for what a row does: perceptron or logistic. */
  default Param<String> loss() {
    return paramSet().loss;
  }

  /** Param for the passes over the training data. */
  default IntParam maxIter() {
    return paramSet().maxIter;
  }

  /** Param for the step of a row of weight 1. */
  default DoubleParam stepSize() {
    return paramSet().stepSize;
  }

  /** Param for whether classes have intercepts. */
  default BooleanParam fitIntercept() {
    return paramSet().fitIntercept;
  }

  /** Param for the number of classes; 0 to find it in the label column. */
  default IntParam classCount() {
    return paramSet().classCount;
  }

  /** Param for the column of the rows' weights. No default: all rows weigh 1. */
  default Param<String> weightCol() {
    return paramSet().weightCol;
  }

  /** Param for the seed of the order of rows. */
  default LongParam seed() {
    return paramSet().seed;
  }

  /** Param for what becomes of null or non-finite features. */
  default Param<String> handleInvalid() {
    return paramSet().handleInvalid;
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  default String getLoss() {
    return getOrDefault(loss());
  }

  default int getMaxIter() {
    return (int) getOrDefault(maxIter());
  }

  default double getStepSize() {
    return (double) getOrDefault(stepSize());
  }

  default boolean getFitIntercept() {
    return (boolean) getOrDefault(fitIntercept());
  }

  default int getClassCount() {
    return (int) getOrDefault(classCount());
  }

  default String getWeightCol() {
    return getOrDefault(weightCol());
  }

  default long getSeed() {
    return (long) getOrDefault(seed());
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** What a search and its model are set to. */
public interface SearchParams extends Params {

  /** The Params themselves. */
  SearchParamSet paramSet();

  /** Param for which candidate is trained next, and how far. */
  default Param<String> strategy() {
    return paramSet().strategy;
  }

  /** Param for the trials at once. */
  default IntParam parallelism() {
    return paramSet().parallelism;
  }

  /** Param for the share of the rows that is fitted on. */
  default DoubleParam trainRatio() {
    return paramSet().trainRatio;
  }

  /** Param for the name of the Param that is the resource. */
  default Param<String> resourceParam() {
    return paramSet().resourceParam;
  }

  /** Param for the resource that no rung is below. */
  default IntParam minResource() {
    return paramSet().minResource;
  }

  /** Param for the resource on the last rung. */
  default IntParam maxResource() {
    return paramSet().maxResource;
  }

  /** Param for eta. */
  default IntParam reductionFactor() {
    return paramSet().reductionFactor;
  }

  /** Param for the folder of the trials' checkpoints. */
  default Param<String> checkpointDir() {
    return paramSet().checkpointDir;
  }

  /** Param for the deadline, in seconds. */
  default LongParam deadlineSeconds() {
    return paramSet().deadlineSeconds;
  }

  /** Param for what a trial that fails does. */
  default Param<String> onFailure() {
    return paramSet().onFailure;
  }

  /** Param for whether the best candidate is fitted on all rows. */
  default BooleanParam refit() {
    return paramSet().refit;
  }

  /** Param for the seed of the choice of validation rows. */
  default LongParam seed() {
    return paramSet().seed;
  }

  default String getStrategy() {
    return getOrDefault(strategy());
  }

  default int getParallelism() {
    return (int) getOrDefault(parallelism());
  }

  default double getTrainRatio() {
    return (double) getOrDefault(trainRatio());
  }

  default String getResourceParam() {
    return getOrDefault(resourceParam());
  }

  default int getMinResource() {
    return (int) getOrDefault(minResource());
  }

  default int getMaxResource() {
    return (int) getOrDefault(maxResource());
  }

  default int getReductionFactor() {
    return (int) getOrDefault(reductionFactor());
  }

  default String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  default long getDeadlineSeconds() {
    return (long) getOrDefault(deadlineSeconds());
  }

  default String getOnFailure() {
    return getOrDefault(onFailure());
  }

  default boolean getRefit() {
    return (boolean) getOrDefault(refit());
  }

  default long getSeed() {
    return (long) getOrDefault(seed());
  }
}

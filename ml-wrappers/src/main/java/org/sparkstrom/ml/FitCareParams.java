// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The Params that say how a fit takes care of itself: where it saves its state, what it does when
 * it diverges, and when it has learned enough.
 */
public interface FitCareParams extends Params {

  /** The Params themselves, made for this stage. */
  NetworkParamSet paramSet();

  /** Param for the folder of checkpoints, a Hadoop path; empty for none. */
  default Param<String> checkpointDir() {
    return paramSet().care.checkpoints.checkpointDir;
  }

  /** Param for the epochs from one checkpoint to the next; 0 for none at ends of epochs. */
  default IntParam checkpointEpochs() {
    return paramSet().care.checkpoints.checkpointEpochs;
  }

  /** Param for the rounds from one checkpoint to the next; 0 for none within epochs. */
  default LongParam checkpointRounds() {
    return paramSet().care.checkpoints.checkpointRounds;
  }

  /** Param for the newest checkpoints that are kept. */
  default IntParam checkpointsKept() {
    return paramSet().care.checkpoints.checkpointsKept;
  }

  /** Param for what a fit does with checkpoints that are there: never, latest, latest_readable. */
  default Param<String> resume() {
    return paramSet().care.checkpoints.resume;
  }

  /** Param for what happens to scores and updates that are not finite: stop, skip, restore. */
  default Param<String> nonFinite() {
    return paramSet().care.nonFinite;
  }

  /** Param for how often skip or restore may happen before the fit stops after all. */
  default IntParam nonFiniteLimit() {
    return paramSet().care.nonFiniteLimit;
  }

  /** Param for the figure on the validation rows that ends a fit early; empty for none. */
  default Param<String> earlyStoppingMetric() {
    return paramSet().care.earlyStoppingMetric;
  }

  /** Param for the epochs without improvement after which a fit ends. */
  default IntParam patience() {
    return paramSet().care.patience;
  }

  /** Param for how much better an epoch must be to count as better. */
  default DoubleParam minDelta() {
    return paramSet().care.minDelta;
  }

  /** Param for the figure that is good enough to end a fit. No default. */
  default DoubleParam earlyStoppingTarget() {
    return paramSet().care.earlyStoppingTarget;
  }

  default String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  default int getCheckpointEpochs() {
    return (int) getOrDefault(checkpointEpochs());
  }

  default long getCheckpointRounds() {
    return (long) getOrDefault(checkpointRounds());
  }

  default int getCheckpointsKept() {
    return (int) getOrDefault(checkpointsKept());
  }

  default String getResume() {
    return getOrDefault(resume());
  }

  default String getNonFinite() {
    return getOrDefault(nonFinite());
  }

  default int getNonFiniteLimit() {
    return (int) getOrDefault(nonFiniteLimit());
  }

  default String getEarlyStoppingMetric() {
    return getOrDefault(earlyStoppingMetric());
  }

  default int getPatience() {
    return (int) getOrDefault(patience());
  }

  default double getMinDelta() {
    return (double) getOrDefault(minDelta());
  }

  default double getEarlyStoppingTarget() {
    return (double) getOrDefault(earlyStoppingTarget());
  }
}

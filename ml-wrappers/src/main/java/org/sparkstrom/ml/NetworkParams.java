// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;

/**
 * The Params that the estimators of networks and their models share: what the network is, how it is
 * trained, how it predicts. A model keeps those it was trained with, as a record.
 *
 * <p>Spark finds a stage's Params through public methods without arguments; these are they.
 */
public interface NetworkParams extends RowParams, FitCareParams {

  @Override
  NetworkParamSet paramSet();

  /** Param for the network as the JSON of its DL4J configuration. No default. */
  default Param<String> configuration() {
    return paramSet().configuration;
  }

  /** Param for the number of workers; 0 for one per task slot. */
  default IntParam workers() {
    return paramSet().training.workers;
  }

  /** Param for the workers without whom a fit ends; 0 for half of them, rounded up. */
  default IntParam minWorkers() {
    return paramSet().training.minWorkers;
  }

  /** Param for the rows per worker and round. */
  default IntParam batchSize() {
    return paramSet().training.batchSize;
  }

  /** Param for the passes over the training data: epochs, in the field's word. */
  default IntParam maxIter() {
    return paramSet().training.maxIter;
  }

  /** Param for the seed of the order of rows, and of the weights of a network made from sizes. */
  default LongParam seed() {
    return paramSet().training.seed;
  }

  /** Param for the form in which updates travel: threshold, float16, none or auto. */
  default Param<String> quantizer() {
    return paramSet().sharing.quantizer;
  }

  /** Param for what the workers' updates become: mean or sum. */
  default Param<String> aggregation() {
    return paramSet().sharing.aggregation;
  }

  /** Param for how long a replica goes on without its peers' updates: sync, pipelined, async. */
  default Param<String> synchrony() {
    return paramSet().sharing.synchrony;
  }

  /** Param for the steps of a worker whose updates are added up before they are shared. */
  default IntParam localSteps() {
    return paramSet().sharing.localSteps;
  }

  /** Param for the share of an update's entries that is sent in a round. */
  default DoubleParam targetDensity() {
    return paramSet().sharing.targetDensity;
  }

  /** Param for one fixed threshold in place of a density. No default. */
  default DoubleParam updateThreshold() {
    return paramSet().sharing.updateThreshold;
  }

  /** Param for the policy for null or non-finite features: error, skip or keep. */
  default Param<String> handleInvalid() {
    return paramSet().handleInvalid;
  }

  /** Param for the rows that go through the network at once in prediction. */
  default IntParam predictionBatchSize() {
    return paramSet().predictionBatchSize;
  }

  /** Param for how a fit shows how far it is: auto, none or console. */
  default Param<String> progress() {
    return paramSet().training.progress;
  }

  /** Param for how long executors and workers may take to appear, in seconds. */
  default IntParam rendezvousTimeoutSeconds() {
    return paramSet().training.rendezvousTimeoutSeconds;
  }

  /** Param for how long a worker waits for its peers in one round, in seconds. */
  default IntParam roundTimeoutSeconds() {
    return paramSet().training.roundTimeoutSeconds;
  }

  /** Param for the bytes of rows that a worker keeps in memory before it spills to disk. */
  default LongParam storeMemoryBytes() {
    return paramSet().training.storeMemoryBytes;
  }

  default String getConfiguration() {
    return getOrDefault(configuration());
  }

  default int getWorkers() {
    return (int) getOrDefault(workers());
  }

  default int getMinWorkers() {
    return (int) getOrDefault(minWorkers());
  }

  default int getBatchSize() {
    return (int) getOrDefault(batchSize());
  }

  default int getMaxIter() {
    return (int) getOrDefault(maxIter());
  }

  default long getSeed() {
    return (long) getOrDefault(seed());
  }

  default String getQuantizer() {
    return getOrDefault(quantizer());
  }

  default String getAggregation() {
    return getOrDefault(aggregation());
  }

  default String getSynchrony() {
    return getOrDefault(synchrony());
  }

  default int getLocalSteps() {
    return (int) getOrDefault(localSteps());
  }

  default double getTargetDensity() {
    return (double) getOrDefault(targetDensity());
  }

  default double getUpdateThreshold() {
    return (double) getOrDefault(updateThreshold());
  }

  default String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  default int getPredictionBatchSize() {
    return (int) getOrDefault(predictionBatchSize());
  }

  default String getProgress() {
    return getOrDefault(progress());
  }

  default int getRendezvousTimeoutSeconds() {
    return (int) getOrDefault(rendezvousTimeoutSeconds());
  }

  default int getRoundTimeoutSeconds() {
    return (int) getOrDefault(roundTimeoutSeconds());
  }

  default long getStoreMemoryBytes() {
    return (long) getOrDefault(storeMemoryBytes());
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

/**
 * The setters of {@link NetworkParams} that all estimators of networks have.
 *
 * @param <S> the estimator, which each setter returns
 */
public interface NetworkSetters<S extends NetworkSetters<S>> extends NetworkParams {

  /** This stage. */
  @SuppressWarnings("unchecked")
  private S self() {
    return (S) this;
  }

  /**
   * Sets the network as the JSON of a DL4J configuration.
   *
   * @throws IllegalArgumentException if DL4J cannot read it
   */
  default S setConfiguration(String json) {
    set(configuration(), json);
    return self();
  }

  /** Sets the number of workers; 0, the default, for one per task slot. */
  default S setWorkers(int count) {
    set(workers(), count);
    return self();
  }

  /** Sets the rows per worker and round. */
  default S setBatchSize(int rows) {
    set(batchSize(), rows);
    return self();
  }

  /** Sets the number of passes over the training data. */
  default S setMaxIter(int epochs) {
    set(maxIter(), epochs);
    return self();
  }

  /** Sets the seed of the order of rows, and of the weights of a network made from layers. */
  default S setSeed(long value) {
    set(seed(), value);
    return self();
  }

  /** Sets the form in which updates travel: threshold (default), float16, none or auto. */
  default S setQuantizer(String name) {
    set(quantizer(), name);
    return self();
  }

  /** Sets what the workers' updates become: mean (default) or sum. */
  default S setAggregation(String name) {
    set(aggregation(), name);
    return self();
  }

  /** Sets the share of an update's entries to send in a round. */
  default S setTargetDensity(double share) {
    set(targetDensity(), share);
    return self();
  }

  /** Sets one fixed threshold in place of a density. */
  default S setUpdateThreshold(double value) {
    set(updateThreshold(), value);
    return self();
  }

  /** Sets the policy for null or non-finite features: error (default), skip or keep. */
  default S setHandleInvalid(String policy) {
    set(handleInvalid(), policy);
    return self();
  }

  /** Sets the rows that go through the network at once when the model predicts. */
  default S setPredictionBatchSize(int rows) {
    set(predictionBatchSize(), rows);
    return self();
  }

  /** Sets how a fit shows how far it is: auto (default), none or console. */
  default S setProgress(String name) {
    set(progress(), name);
    return self();
  }

  /** Sets how long executors and workers may take to appear. */
  default S setRendezvousTimeoutSeconds(int seconds) {
    set(rendezvousTimeoutSeconds(), seconds);
    return self();
  }

  /** Sets how long a worker waits for its peers in one round. */
  default S setRoundTimeoutSeconds(int seconds) {
    set(roundTimeoutSeconds(), seconds);
    return self();
  }

  /** Sets the bytes of rows that a worker keeps in memory before it spills to disk. */
  default S setStoreMemoryBytes(long bytes) {
    set(storeMemoryBytes(), bytes);
    return self();
  }

  /** Sets the workers without whom a fit ends; 0, the default, for half of them. */
  default S setMinWorkers(int count) {
    set(minWorkers(), count);
    return self();
  }

  /**
   * Sets how long a replica goes on without its peers' updates: sync (default), pipelined, async.
   */
  default S setSynchrony(String name) {
    set(synchrony(), name);
    return self();
  }

  /** Sets the steps whose updates are added up before they are shared. Default 1. */
  default S setLocalSteps(int steps) {
    set(localSteps(), steps);
    return self();
  }

  /** Sets the column of the rows' weights. */
  default S setWeightCol(String column) {
    set(weightCol(), column);
    return self();
  }

  /** Sets the column of booleans that tells which rows are for validation. */
  default S setValidationIndicatorCol(String column) {
    set(validationIndicatorCol(), column);
    return self();
  }

  /** Sets the share of the rows that is kept for validation. Default 0. */
  default S setValidationFraction(double share) {
    set(validationFraction(), share);
    return self();
  }

  /** Sets the figure on the validation rows that ends a fit early: loss, accuracy, mse or mae. */
  default S setEarlyStoppingMetric(String name) {
    set(earlyStoppingMetric(), name);
    return self();
  }

  /** Sets the epochs without improvement after which a fit ends. */
  default S setPatience(int epochs) {
    set(patience(), epochs);
    return self();
  }

  /** Sets how much better an epoch must be to count as better. Default 0. */
  default S setMinDelta(double difference) {
    set(minDelta(), difference);
    return self();
  }

  /** Sets the figure that is good enough to end a fit. */
  default S setEarlyStoppingTarget(double figure) {
    set(earlyStoppingTarget(), figure);
    return self();
  }

  /** Sets the folder of checkpoints, on any Hadoop file system. */
  default S setCheckpointDir(String path) {
    set(checkpointDir(), path);
    return self();
  }

  /** Sets the epochs from one checkpoint to the next. Default 1. */
  default S setCheckpointEpochs(int epochs) {
    set(checkpointEpochs(), epochs);
    return self();
  }

  /** Sets the rounds from one checkpoint to the next within an epoch; 0, the default, for none. */
  default S setCheckpointRounds(long rounds) {
    set(checkpointRounds(), rounds);
    return self();
  }

  /** Sets how many of the newest checkpoints are kept. Default 3. */
  default S setCheckpointsKept(int count) {
    set(checkpointsKept(), count);
    return self();
  }

  /**
   * Sets what a fit does with checkpoints that are there: latest (default), latest_readable, never.
   */
  default S setResume(String policy) {
    set(resume(), policy);
    return self();
  }

  /** Sets what happens to updates that are not finite: stop (default), skip, restore. */
  default S setNonFinite(String action) {
    set(nonFinite(), action);
    return self();
  }

  /** Sets how often skip or restore may happen before the fit stops after all. Default 10. */
  default S setNonFiniteLimit(int times) {
    set(nonFiniteLimit(), times);
    return self();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

/**
 * Follows a fit on the driver.
 *
 * <p>Called by the thread that called fit, in the order in which things happen: first {@link
 * TrainingEvent.Started}, last {@link TrainingEvent.Completed} or {@link TrainingEvent.Failed}. An
 * exception that it throws ends the fit, which then stops all workers; of the end all are told,
 * whatever one of them throws. Listeners of DL4J, which hear of every iteration, are another
 * matter: {@link DistributedTrainer#withNetworkListeners}.
 */
@FunctionalInterface
public interface TrainingListener {

  /** Something has happened. */
  void onEvent(TrainingEvent event);
}

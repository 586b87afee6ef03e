// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

/**
 * Follows a fit on the driver. Called by the thread that called fit, a few times a second; an
 * exception that it throws ends the fit.
 */
public interface TrainingListener {

  /** The state of the fit while it runs. */
  void onProgress(TrainingProgress progress);

  /** The fit has ended well. */
  default void onComplete(TrainingResult result) {}

  /** The fit has ended with an error, which the caller of fit gets as well. */
  default void onFailure(RuntimeException failure) {}
}

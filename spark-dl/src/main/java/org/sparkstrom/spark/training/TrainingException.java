// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

/** A fit that started and did not end well; the message names the worker and the cause. */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrainingException(String message) {
    super(message);
  }

  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

/** Training has diverged, and the policy is to stop; no new attempt of a worker would do better. */
final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DivergedException(String message) {
    super(message);
  }

  DivergedException(String message, Throwable cause) {
    super(message, cause);
  }
}

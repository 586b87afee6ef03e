// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

/** A round cannot be completed; the message names round, worker, peers and what had arrived. */
public final class RoundFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RoundFailedException(String message) {
    super(message);
  }

  RoundFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}

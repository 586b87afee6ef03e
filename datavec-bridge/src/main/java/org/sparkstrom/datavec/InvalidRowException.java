// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

/**
 * A row was refused under {@link HandleInvalid#ERROR}.
 *
 * <p>The message names the step or column, the row's values, and the remedy; the cause is what the
 * step or the conversion threw.
 */
public final class InvalidRowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidRowException(String message, Throwable cause) {
    super(message, cause);
  }
}

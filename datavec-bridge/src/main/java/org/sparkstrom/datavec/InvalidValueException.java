// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

/** A value or step failed within one row; the row's {@link HandleInvalid} has yet to decide. */
final class InvalidValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param place the column or step, for people
   * @param reason what was wrong
   */
  InvalidValueException(String place, RuntimeException reason) {
    super(place + ": " + describe(reason), reason);
  }

  private static String describe(RuntimeException reason) {
    String message = reason.getMessage();
    return message == null ? reason.getClass().getSimpleName() : message;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

/** A value or step failed within one row; the row's {@link HandleInvalid} has yet to decide. */
final class InvalidValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final RefusedValue refused;

  /**
   * @param place the column or step, for people
   * @param refused what was refused there
   * @param reason what was wrong
   */
  InvalidValueException(String place, RefusedValue refused, RuntimeException reason) {
    super(place + ": " + describe(reason), reason);
    this.refused = refused;
  }

  RefusedValue refused() {
    return refused;
  }

  /** What was wrong, without the place. */
  String reason() {
    return describe(getCause());
  }

  private static String describe(Throwable reason) {
    String message = reason.getMessage();
    return message == null ? reason.getClass().getSimpleName() : message;
  }
}

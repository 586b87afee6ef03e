// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

/**
 * A value cannot be made into what its column is to hold.
 *
 * <p>A {@link ColumnFunction} throws it with the reason; a job that fails under the policy error
 * fails with one that also names the stage, the column, the value's origin and the remedy.
 */
public final class RefusedValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RefusedValueException(String reason) {
    super(reason);
  }

  public RefusedValueException(String reason, Throwable cause) {
    super(reason, cause);
  }
}

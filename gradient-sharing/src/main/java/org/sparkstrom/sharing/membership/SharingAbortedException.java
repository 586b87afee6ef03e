// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

/** The fit was ended by the coordinator, or the coordinator is gone; the message says why. */
public class SharingAbortedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SharingAbortedException(String message) {
    super(message);
  }

  public SharingAbortedException(String message, Throwable cause) {
    super(message, cause);
  }
}

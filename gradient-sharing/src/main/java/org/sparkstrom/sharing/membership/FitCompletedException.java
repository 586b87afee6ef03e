// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

/** A worker came when the others had already completed the fit; nothing is left for it to do. */
public final class FitCompletedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FitCompletedException() {
    super("the other workers have completed the fit without this one");
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

/** A payload breaks the rules of its format; the message says which block and which rule. */
public final class CorruptPayloadException extends Exception {
  private static final long serialVersionUID = 1L;

  public CorruptPayloadException(String message) {
    super(message);
  }
}

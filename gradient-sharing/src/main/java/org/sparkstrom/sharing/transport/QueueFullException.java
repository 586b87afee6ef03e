// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport;

/** A frame for a peer that has not taken the {@link Transport#MAX_QUEUED_FRAMES} before it. */
public final class QueueFullException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  QueueFullException(String message) {
    super(message);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

import java.nio.ByteBuffer;

/** Provides the memory that a payload is decrypted into. */
@FunctionalInterface
public interface PayloadSink {

  /**
   * A buffer with at least that many bytes remaining. It holds the payload only if the frame then
   * turns out to be authentic.
   *
   * @param sender rank of the sender
   * @param round the frame's round, which this sender has not completed before
   * @param payloadBytes length of the payload; within the bounds of the layout
   */
  ByteBuffer buffer(int sender, long round, int payloadBytes);
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/**
 * Puts the chunks of one stream together to frames.
 *
 * <p>Chunks are untrusted: the announced length is checked against the limit, and memory grows only
 * with bytes that have arrived. What does not fit is dropped up to the start of the next frame. The
 * buffer is kept for the next frame. Not thread-safe.
 */
final class FrameAssembly {
  private static final int FIRST_CAPACITY = 64 * 1024;

  private final int maxFrameBytes;
  private ByteBuffer frame = ByteBuffer.allocate(0);
  private int frameLength;

  FrameAssembly(int maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
  }

  /** What became of a chunk. */
  enum Outcome {
    /** The frame goes on. */
    INCOMPLETE,
    /** The frame is whole; {@link #frame()} has it. */
    COMPLETE,
    /** The chunk is malformed or out of place, and so is the rest of its frame. */
    DROPPED
  }

  /** Adds one chunk, its header included. */
  Outcome add(DirectBuffer buffer, int offset, int length) {
    int bodyLength = length - ChunkDescriptor.HEADER_LENGTH;
    if (bodyLength < 1) {
      return drop();
    }
    int announced =
        buffer.getInt(offset + ChunkDescriptor.FRAME_LENGTH_OFFSET, ChunkDescriptor.ORDER);
    int at = buffer.getInt(offset + ChunkDescriptor.CHUNK_OFFSET_OFFSET, ChunkDescriptor.ORDER);
    if (at == 0) {
      if (announced < 1 || announced > maxFrameBytes) {
        return drop();
      }
      frameLength = announced;
      frame.clear();
    }
    if (announced != frameLength || at != frame.position() || bodyLength > frameLength - at) {
      return drop();
    }
    reserve(at + bodyLength);
    buffer.getBytes(offset + ChunkDescriptor.HEADER_LENGTH, frame.array(), at, bodyLength);
    frame.position(at + bodyLength);
    return frame.position() == frameLength ? Outcome.COMPLETE : Outcome.INCOMPLETE;
  }

  /** The bytes of the frame that has just become complete; valid until the next chunk. */
  ByteBuffer frame() {
    ByteBuffer whole = ByteBuffer.wrap(frame.array(), 0, frameLength);
    frameLength = 0;
    frame.clear();
    return whole;
  }

  private void reserve(int needed) {
    if (needed <= frame.capacity()) {
      return;
    }
    long doubled = Math.max(FIRST_CAPACITY, 2L * frame.capacity());
    int capacity = (int) Math.min(frameLength, Math.max(doubled, needed));
    frame = ByteBuffer.allocate(capacity).put(frame.flip());
  }

  private Outcome drop() {
    frameLength = 0;
    frame.clear();
    return Outcome.DROPPED;
  }
}

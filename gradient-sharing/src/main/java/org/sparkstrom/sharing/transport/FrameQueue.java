// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.sparkstrom.sharing.transport.Transport.Peer;

/**
 * The frames that wait for one peer, and how often it was too slow; the same for every transport.
 *
 * <p>Holds views of the caller's buffers, at most {@link Transport#MAX_QUEUED_FRAMES}. Not
 * thread-safe.
 */
public final class FrameQueue {
  private final Peer peer;
  private final int maxFrameBytes;
  private final Deque<ByteBuffer> frames = new ArrayDeque<>();
  private long backPressureCount;

  /** Makes an empty queue for frames of at most that length. */
  public FrameQueue(Peer peer, int maxFrameBytes) {
    this.peer = Objects.requireNonNull(peer, "peer");
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Whom the frames are for. */
  public Peer peer() {
    return peer;
  }

  /**
   * Adds the bytes between the frame's position and limit, as {@link Transport#send} says.
   *
   * @throws IllegalArgumentException if the frame is empty or too long
   * @throws QueueFullException if there is no place for it
   */
  public void add(ByteBuffer frame) {
    int length = frame.remaining();
    if (length < 1 || length > maxFrameBytes) {
      throw new IllegalArgumentException(
          "a frame must have 1 to maxFrameBytes ("
              + maxFrameBytes
              + ") bytes, but the one for "
              + peer
              + " has "
              + length);
    }
    if (frames.size() >= Transport.MAX_QUEUED_FRAMES) {
      throw new QueueFullException(
          "at most "
              + Transport.MAX_QUEUED_FRAMES
              + " frames may wait for one peer, but "
              + peer
              + " has not taken those before this one; it is slow or gone."
              + " Poll until it takes some, or give it up");
    }
    frames.add(frame.slice());
  }

  /** True if no frame waits. */
  public boolean isEmpty() {
    return frames.isEmpty();
  }

  /** The frame whose turn it is; its position tells how much of it has been sent. */
  public ByteBuffer head() {
    return frames.element();
  }

  /** Forgets the frame whose turn it was. */
  public void removeHead() {
    frames.remove();
  }

  /** Forgets all frames. */
  public void clear() {
    frames.clear();
  }

  /** Counts a send that has to be tried again. */
  public void countBackPressure() {
    backPressureCount++;
  }

  /** Sends that had to be tried again. */
  public long backPressureCount() {
    return backPressureCount;
  }

  /** Number of frames that wait. */
  public int size() {
    return frames.size();
  }
}

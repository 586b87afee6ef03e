// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import java.nio.ByteBuffer;
import org.agrona.MutableDirectBuffer;
import org.sparkstrom.sharing.transport.FrameQueue;
import org.sparkstrom.sharing.transport.Transport.Peer;
import org.sparkstrom.sharing.transport.Transport.PeerState;

/** The frames on their way to one peer, cut into chunks. Not thread-safe. */
final class PeerStream implements AutoCloseable {
  /** Chunks per turn, so that receiving gets its turns too. */
  private static final int CHUNKS_PER_TURN = 128;

  private final FrameQueue queue;
  private final ExclusivePublication publication;
  private final BufferClaim claim = new BufferClaim();

  PeerStream(FrameQueue queue, ExclusivePublication publication) {
    this.queue = queue;
    this.publication = publication;
  }

  Peer peer() {
    return queue.peer();
  }

  boolean isConnected() {
    return publication.isConnected();
  }

  boolean isFlushed() {
    return queue.isEmpty();
  }

  long backPressureCount() {
    return queue.backPressureCount();
  }

  PeerState state() {
    return new PeerState(peer(), isConnected(), queue.size(), queue.backPressureCount());
  }

  void enqueue(ByteBuffer frame) {
    queue.add(frame);
  }

  /** Hands chunks to Aeron until it has enough; returns how many. */
  int drive() {
    int chunks = 0;
    while (chunks < CHUNKS_PER_TURN && !queue.isEmpty() && offerChunk(queue.head())) {
      chunks++;
      if (!queue.head().hasRemaining()) {
        queue.removeHead();
      }
    }
    return chunks;
  }

  private boolean offerChunk(ByteBuffer frame) {
    int header = ChunkDescriptor.HEADER_LENGTH;
    int length = Math.min(frame.remaining(), publication.maxPayloadLength() - header);
    long position = publication.tryClaim(header + length, claim);
    if (position < 0) {
      refused(position);
      return false;
    }
    MutableDirectBuffer buffer = claim.buffer();
    int offset = claim.offset();
    buffer.putInt(
        offset + ChunkDescriptor.FRAME_LENGTH_OFFSET, frame.limit(), ChunkDescriptor.ORDER);
    buffer.putInt(
        offset + ChunkDescriptor.CHUNK_OFFSET_OFFSET, frame.position(), ChunkDescriptor.ORDER);
    buffer.putBytes(offset + header, frame, frame.position(), length);
    claim.commit();
    frame.position(frame.position() + length);
    return true;
  }

  private void refused(long reason) {
    if (reason == Publication.CLOSED || reason == Publication.MAX_POSITION_EXCEEDED) {
      throw new IllegalStateException(
          "the stream to " + peer() + " cannot be used: " + Publication.errorString(reason));
    }
    if (reason == Publication.BACK_PRESSURED) {
      queue.countBackPressure();
    }
  }

  @Override
  public void close() {
    queue.clear();
    publication.close();
  }
}

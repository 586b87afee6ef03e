// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.MutableDirectBuffer;
import org.sparkstrom.sharing.transport.Transport.Peer;

/** The frames on their way to one peer, cut into chunks. Not thread-safe. */
final class PeerStream implements AutoCloseable {
  /** Chunks per turn, so that receiving gets its turns too. */
  private static final int CHUNKS_PER_TURN = 128;

  private final Peer peer;
  private final ExclusivePublication publication;
  private final BufferClaim claim = new BufferClaim();
  private final Deque<ByteBuffer> pending = new ArrayDeque<>();
  private long backPressureCount;

  PeerStream(Peer peer, ExclusivePublication publication) {
    this.peer = peer;
    this.publication = publication;
  }

  Peer peer() {
    return peer;
  }

  boolean isConnected() {
    return publication.isConnected();
  }

  boolean isFlushed() {
    return pending.isEmpty();
  }

  long backPressureCount() {
    return backPressureCount;
  }

  void enqueue(ByteBuffer frame) {
    pending.add(frame.slice());
  }

  /** Hands chunks to Aeron until it has enough; returns how many. */
  int drive() {
    int chunks = 0;
    while (chunks < CHUNKS_PER_TURN && !pending.isEmpty() && offerChunk(pending.peek())) {
      chunks++;
      if (!pending.peek().hasRemaining()) {
        pending.remove();
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
          "the stream to worker "
              + peer.rank()
              + " at "
              + peer.endpoint()
              + " cannot be used: "
              + Publication.errorString(reason));
    }
    if (reason == Publication.BACK_PRESSURED) {
      backPressureCount++;
    }
  }

  @Override
  public void close() {
    pending.clear();
    publication.close();
  }
}

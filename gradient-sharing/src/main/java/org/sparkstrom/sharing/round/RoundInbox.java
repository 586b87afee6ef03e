// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sparkstrom.sharing.wire.PayloadSink;

/**
 * The peers' payloads of the round in progress and the next one.
 *
 * <p>A peer that has completed round t may send t + 1 before we have completed t, but not t + 2,
 * because that takes our frame of t + 1. So two slots a peer are enough. Buffers grow to the
 * longest payload so far and are reused.
 */
final class RoundInbox implements PayloadSink {
  private static final int ROUNDS_KEPT = 2;
  private static final long NEVER = -1;

  private final int self;
  private final Slot[][] slots;

  /**
   * An inbox without payloads.
   *
   * @param workers members of the view
   * @param self rank of this worker, which needs no slot
   */
  RoundInbox(int workers, int self) {
    this.self = self;
    this.slots = new Slot[workers][ROUNDS_KEPT];
    for (Slot[] ofPeer : slots) {
      for (int i = 0; i < ROUNDS_KEPT; i++) {
        ofPeer[i] = new Slot();
      }
    }
  }

  @Override
  public ByteBuffer buffer(int sender, long round, int payloadBytes) {
    Slot slot = slot(sender, round);
    if (slot.payload.capacity() < payloadBytes) {
      int capacity = Math.max(payloadBytes, 2 * slot.payload.capacity());
      slot.payload = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
    return slot.payload.clear();
  }

  /** Takes note that the buffer of this sender and round holds an authentic payload. */
  void accept(int sender, long round) {
    Slot slot = slot(sender, round);
    slot.payload.flip();
    slot.round = round;
  }

  /** True when this peer's payload of the round is here. */
  boolean has(int peer, long round) {
    return slot(peer, round).round == round;
  }

  /** True when the payloads of all peers are here. */
  boolean hasAll(long round) {
    for (int rank = 0; rank < slots.length; rank++) {
      if (rank != self && !has(rank, round)) {
        return false;
      }
    }
    return true;
  }

  /** The peer's payload of the round, which must be here. */
  ByteBuffer payload(int peer, long round) {
    return slot(peer, round).payload;
  }

  private Slot slot(int rank, long round) {
    return slots[rank][(int) (round % ROUNDS_KEPT)];
  }

  /** One payload and the round that it belongs to. */
  private static final class Slot {
    ByteBuffer payload = ByteBuffer.allocate(0);
    long round = NEVER;
  }
}

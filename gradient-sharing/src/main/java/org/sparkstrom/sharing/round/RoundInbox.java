// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import org.sparkstrom.sharing.wire.PayloadSink;

/**
 * The payloads of one view's members, this worker's included: of rounds that are awaited, and of
 * the last ones completed, which another member may still lack.
 *
 * <p>Let s be the rounds in flight ({@link Synchrony}), c the round that this worker has completed.
 * It has sent up to c + 1 + s at most. A peer needs our frame of a round to complete it, so it has
 * completed up to c + 1 + s and sent up to c + 2 + 2s: 2 + 2s slots for each member. By the same
 * token a peer may lack the last 1 + s rounds that we have completed, which takes as many slots
 * more if the view can change. Buffers grow to the longest payload so far and are reused.
 */
final class RoundInbox implements PayloadSink {
  private static final long NEVER = -1;

  private final int slotCount;
  private final int[] ranks;
  private final Slot[][] slots; // by rank; a rank without a member has none

  /**
   * An inbox without payloads.
   *
   * @param ranks of all members of the view
   * @param roundsInFlight rounds beyond the one that a worker waits for
   * @param retention how long payloads are kept
   */
  RoundInbox(Collection<Integer> ranks, int roundsInFlight, Retention retention) {
    int ahead = 2 + 2 * roundsInFlight;
    this.slotCount =
        switch (retention) {
          case UNTIL_COMPLETED -> ahead;
          case UNTIL_NOBODY_LACKS_THEM -> ahead + 1 + roundsInFlight;
        };
    this.ranks = ranks.stream().mapToInt(Integer::intValue).toArray();
    this.slots = new Slot[1 + Collections.max(ranks)][];
    for (int rank : ranks) {
      slots[rank] = new Slot[slotCount];
      Arrays.setAll(slots[rank], i -> new Slot());
    }
  }

  /** How long payloads are kept. */
  enum Retention {
    /** Until this worker has completed their round. */
    UNTIL_COMPLETED,
    /** Until no member can lack them, so that they can be passed on when the view changes. */
    UNTIL_NOBODY_LACKS_THEM
  }

  /** Rounds that a peer can be ahead of the one that is awaited here. */
  static int roundsAhead(int roundsInFlight) {
    return 1 + 2 * roundsInFlight;
  }

  @Override
  public ByteBuffer buffer(int sender, long round, int payloadBytes) {
    Slot slot = slot(sender, round);
    slot.round = NEVER;
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

  /** Keeps a payload that did not arrive in a frame; the bytes are copied and not consumed. */
  void put(int sender, long round, ByteBuffer payload) {
    buffer(sender, round, payload.remaining()).put(payload.duplicate());
    accept(sender, round);
  }

  /** True when this member's payload of the round is here. */
  boolean has(int member, long round) {
    return slot(member, round).round == round;
  }

  /** True when the payloads of all members are here. */
  boolean hasAll(long round) {
    for (int rank : ranks) {
      if (!has(rank, round)) {
        return false;
      }
    }
    return true;
  }

  /** The member's payload of the round, which must be here; a view of it, to be consumed. */
  ByteBuffer payload(int member, long round) {
    return slot(member, round).payload.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  private Slot slot(int rank, long round) {
    return slots[rank][(int) (round % slotCount)];
  }

  /** One payload and the round that it belongs to. */
  private static final class Slot {
    ByteBuffer payload = ByteBuffer.allocate(0);
    long round = NEVER;
  }
}

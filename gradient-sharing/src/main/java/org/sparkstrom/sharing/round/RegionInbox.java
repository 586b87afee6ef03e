// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sparkstrom.sharing.topology.RegionPlan;
import org.sparkstrom.sharing.wire.FrameAddress;
import org.sparkstrom.sharing.wire.PayloadSink;

/**
 * The payloads that one worker of a {@link RegionPlan} has received, and how frames are numbered.
 *
 * <p>A frame's number says round, phase and receiver, so that no number, and with it no nonce, is
 * used twice by a sender: {@code (round * phases + phase) * W + place of the receiver}. Two workers
 * share one level at most, so a peer sends two frames a round, or one if that level is whole. It
 * can be in any phase of this round and the next, but not beyond: no worker completes a round
 * without something of every other. So there are four slots for each peer. Buffers grow to the
 * longest payload so far and are reused.
 */
final class RegionInbox implements PayloadSink, FrameAddress {
  private static final int SLOTS = 4;

  private final RegionPlan plan;
  private final int place;
  private final List<Integer> ranks; // by place
  private final Map<Integer, Slot[]> slots = new HashMap<>(); // by rank

  RegionInbox(RegionPlan plan, int place, List<Integer> ranks) {
    this.plan = plan;
    this.place = place;
    this.ranks = List.copyOf(ranks);
    for (int peer : plan.peers(place)) {
      slots.put(ranks.get(peer), new Slot[] {new Slot(), new Slot(), new Slot(), new Slot()});
    }
  }

  /** The number of the frame of a phase for the worker at that place. */
  static long number(RegionPlan plan, long round, int phase, int receiver) {
    return (round * plan.phases() + phase) * plan.workers() + receiver;
  }

  /** The lowest number that a frame of the round can have. */
  static long firstOf(RegionPlan plan, long round) {
    return number(plan, round, 0, 0);
  }

  /** How far a number can lie above the lowest of the round in progress. */
  static long numbersAhead(RegionPlan plan) {
    return 2L * plan.phases() * plan.workers() - 1;
  }

  @Override
  public boolean isOurs(int sender, long number) {
    return number % plan.workers() == place
        && plan.areInGroup(place, ranks.indexOf(sender), plan.levelOf(phase(number)));
  }

  @Override
  public ByteBuffer buffer(int sender, long number, int payloadBytes) {
    Slot slot = slot(sender, number);
    slot.number = Slot.EMPTY;
    if (slot.payload.capacity() < payloadBytes) {
      int capacity = Math.max(payloadBytes, 2 * slot.payload.capacity());
      slot.payload = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
    return slot.payload.clear();
  }

  /** Takes note that the buffer of this sender and number holds an authentic payload. */
  void accept(int sender, long number) {
    Slot slot = slot(sender, number);
    slot.payload.flip();
    slot.number = number;
  }

  /** True when the payload of the worker at that place for us is here. */
  boolean has(int sender, long round, int phase) {
    long number = number(plan, round, phase, place);
    return slot(ranks.get(sender), number).number == number;
  }

  /** That payload, to be consumed. */
  ByteBuffer payload(int sender, long round, int phase) {
    return slot(ranks.get(sender), number(plan, round, phase, place)).payload;
  }

  private Slot slot(int rank, long number) {
    long round = number / plan.workers() / plan.phases();
    int half = plan.isReduce(phase(number)) ? 0 : 1;
    return slots.get(rank)[(int) ((2 * round + half) % SLOTS)];
  }

  private int phase(long number) {
    return (int) (number / plan.workers() % plan.phases());
  }

  /** One payload and the number that it came under. */
  private static final class Slot {
    static final long EMPTY = -1;

    ByteBuffer payload = ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN);
    long number = EMPTY;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.sparkstrom.sharing.transport.Transport;

/**
 * A bad network: delays frames, mixes the order of senders, delivers damaged copies before and
 * repeats after, and cuts a sender off for a while. Frames of one sender stay in order, as every
 * transport keeps them.
 */
final class ChaoticTransport extends DisturbedTransport {
  private static final int SENDER_OFFSET = 20;
  private static final long MAX_DELAY_NS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long MAX_PARTITION_NS = TimeUnit.MILLISECONDS.toNanos(30);

  private final Random random;
  private final Map<Integer, Deque<Delayed>> bySender = new TreeMap<>();
  private volatile boolean partitionDue;

  ChaoticTransport(Transport honest, long seed) {
    super(honest);
    this.random = new Random(seed);
  }

  /** Cuts the sender of the next frame off for a while. */
  void partition() {
    partitionDue = true;
  }

  @Override
  public int poll(FrameHandler handler) {
    int done = honest.poll(this::hold);
    long nowNs = System.nanoTime();
    List<Integer> senders = new ArrayList<>(bySender.keySet());
    Collections.shuffle(senders, random);
    for (int sender : senders) {
      Deque<Delayed> frames = bySender.get(sender);
      while (!frames.isEmpty() && nowNs - frames.element().dueNs() > 0) {
        deliver(frames.remove().frame(), handler);
        done++;
      }
    }
    return done;
  }

  private void hold(ByteBuffer frame) {
    int sender = copy(frame).order(ByteOrder.LITTLE_ENDIAN).getInt(SENDER_OFFSET);
    Deque<Delayed> frames = bySender.computeIfAbsent(sender, s -> new ArrayDeque<>());
    long delayNs = random.nextInt(4) == 0 ? random.nextLong(MAX_DELAY_NS) : 0;
    if (partitionDue) {
      partitionDue = false;
      delayNs = random.nextLong(MAX_PARTITION_NS);
    }
    long dueNs = System.nanoTime() + delayNs;
    if (!frames.isEmpty()) {
      dueNs = Math.max(dueNs, frames.getLast().dueNs());
    }
    frames.add(new Delayed(copy(frame), dueNs));
  }

  private void deliver(ByteBuffer frame, FrameHandler handler) {
    if (random.nextInt(4) == 0) {
      ByteBuffer damaged = copy(frame);
      int at = random.nextInt(damaged.limit());
      handler.onFrame(damaged.put(at, (byte) (damaged.get(at) ^ 1 << random.nextInt(8))));
    }
    handler.onFrame(copy(frame));
    if (random.nextInt(4) == 0) {
      handler.onFrame(copy(frame));
    }
  }

  /** A frame and when it may arrive. */
  private record Delayed(ByteBuffer frame, long dueNs) {}
}

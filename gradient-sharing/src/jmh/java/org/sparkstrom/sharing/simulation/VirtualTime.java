// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.util.PriorityQueue;

/**
 * A clock that jumps from event to event; events of one moment happen in the order of their making.
 */
final class VirtualTime {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long nowNs;
  private long made;

  long nowNs() {
    return nowNs;
  }

  void at(long timeNs, Runnable action) {
    if (timeNs < nowNs) {
      throw new IllegalArgumentException("an event at " + timeNs + " lies before now, " + nowNs);
    }
    events.add(new Event(timeNs, made++, action));
  }

  /** Lets all happen until nothing is left to happen. */
  void run() {
    while (!events.isEmpty()) {
      Event next = events.remove();
      nowNs = next.timeNs;
      next.action.run();
    }
  }

  private record Event(long timeNs, long number, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(timeNs, other.timeNs);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }
}

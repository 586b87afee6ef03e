// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training.history;

import java.util.ArrayList;
import java.util.List;

/**
 * A sequence of any length in a bounded number of its items: every n-th one, and the latest.
 *
 * <p>When there is no more room, every second item goes and n doubles, so that what is kept follows
 * from how many there were alone. Not thread-safe.
 */
final class Thinned<T> {
  private final int capacity;
  private final List<T> kept = new ArrayList<>();
  private T latest; // null while there is none
  private long seen;
  private long every = 1;

  /**
   * An empty sequence.
   *
   * @param capacity items to keep, beside the latest; even, at least 2
   */
  Thinned(int capacity) {
    if (capacity < 2 || capacity % 2 != 0) {
      throw new IllegalArgumentException(
          "the capacity must be even and at least 2, but is " + capacity);
    }
    this.capacity = capacity;
  }

  void add(T item) {
    if (seen == capacity * every) {
      for (int i = 0; i < capacity / 2; i++) {
        kept.set(i, kept.get(2 * i));
      }
      kept.subList(capacity / 2, capacity).clear();
      every *= 2;
    }
    if (seen % every == 0) {
      kept.add(item);
    }
    latest = item;
    seen++;
  }

  /** One of how many items is kept. */
  long every() {
    return every;
  }

  /** What is kept, in order, and the latest item. */
  List<T> items() {
    List<T> items = new ArrayList<>(kept);
    if (seen > 0 && (seen - 1) % every != 0) {
      items.add(latest);
    }
    return items;
  }
}

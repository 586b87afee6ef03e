// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.util.Arrays;

/**
 * The non-zero multiplicities of one block with their indices, ascending.
 *
 * <p>The encoder collects here before it knows which format is the smallest; the decoder collects
 * here before it trusts a block. The arrays grow to what the densest block so far has needed and
 * are reused.
 */
final class BlockEntries {
  private static final int INITIAL_CAPACITY = 256;

  private final int maxCapacity;
  private int[] indices;
  private int[] multiplicities;
  private int count;

  BlockEntries(int maxCapacity) {
    this.maxCapacity = maxCapacity;
    this.indices = new int[Math.min(INITIAL_CAPACITY, maxCapacity)];
    this.multiplicities = new int[indices.length];
  }

  void clear() {
    count = 0;
  }

  void add(int index, int multiplicity) {
    if (count == indices.length) {
      int capacity = (int) Math.min(maxCapacity, 2L * count);
      indices = Arrays.copyOf(indices, capacity);
      multiplicities = Arrays.copyOf(multiplicities, capacity);
    }
    indices[count] = index;
    multiplicities[count] = multiplicity;
    count++;
  }

  int count() {
    return count;
  }

  /** Index within the block of the entry at that place. */
  int index(int place) {
    return indices[place];
  }

  int multiplicity(int place) {
    return multiplicities[place];
  }

  /** Adds the multiplicities to the sums of a block that starts at that offset. */
  void addTo(int[] sums, int offset) {
    for (int place = 0; place < count; place++) {
      sums[offset + indices[place]] += multiplicities[place];
    }
  }
}

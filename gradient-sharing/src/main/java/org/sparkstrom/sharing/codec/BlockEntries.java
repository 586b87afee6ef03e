// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.util.Arrays;

/**
 * The non-zero multiplicities of one block with their indices, ascending.
 *
 * <p>The arrays grow to what the densest round so far has needed and are reused. Those who loop
 * over entries take the arrays themselves; only the first {@link #count()} places count.
 */
final class BlockEntries {
  private static final int INITIAL_CAPACITY = 64;

  private final int blockLength;
  private int[] indices;
  private int[] multiplicities;
  private int count;

  BlockEntries(int blockLength) {
    this.blockLength = blockLength;
    this.indices = new int[Math.min(INITIAL_CAPACITY, blockLength)];
    this.multiplicities = new int[indices.length];
  }

  int blockLength() {
    return blockLength;
  }

  void clear() {
    count = 0;
  }

  void add(int index, int multiplicity) {
    if (count == indices.length) {
      ensureCapacity((int) Math.min(blockLength, 2L * count));
    }
    indices[count] = index;
    multiplicities[count] = multiplicity;
    count++;
  }

  /** Makes room for that many entries, of which there are at most as many as the block is long. */
  void ensureCapacity(int capacity) {
    if (capacity > indices.length) {
      indices = Arrays.copyOf(indices, capacity);
      multiplicities = Arrays.copyOf(multiplicities, capacity);
    }
  }

  /** Called by those who have written into the arrays themselves. */
  void count(int newCount) {
    count = newCount;
  }

  int count() {
    return count;
  }

  /** Index within the block of each entry. */
  int[] indices() {
    return indices;
  }

  int[] multiplicities() {
    return multiplicities;
  }

  /** Adds the multiplicities to the sums of a block that starts at that offset. */
  void addTo(int[] sums, int offset) {
    int[] at = indices;
    int[] k = multiplicities;
    int n = count;
    for (int place = 0; place < n; place++) {
      sums[offset + at[place]] += k[place];
    }
  }

  /** The first place whose index is at least that. */
  private int placeOf(int index) {
    int place = Arrays.binarySearch(indices, 0, count, index);
    return place < 0 ? -place - 1 : place;
  }

  /**
   * Appends the entries of a range of another block.
   *
   * @param from the other block
   * @param fromIndex first index of the range there
   * @param length of the range
   * @param index where the range starts here
   */
  void addRange(BlockEntries from, int fromIndex, int length, int index) {
    int end = from.placeOf(fromIndex + length);
    for (int place = from.placeOf(fromIndex); place < end; place++) {
      add(from.indices[place] - fromIndex + index, from.multiplicities[place]);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.util.Arrays;
import java.util.Objects;

/**
 * An update as whole multiples of thresholds: for each block the exponent of its threshold and the
 * entries that are not zero.
 *
 * <p>It is what {@link ThresholdQuantizer} yields, {@link SparseCodec} writes and reads, and rounds
 * add up. Its memory grows with the densest update so far and is reused. Not thread-safe.
 */
public final class SparseUpdate {
  /**
   * Largest multiplicity of one entry in one round; more waits in the residual. With this limit no
   * entry takes more bits than as float32.
   */
  public static final int MAX_MULTIPLICITY = 1 << 14;

  private final BlockLayout layout;
  private final BlockEntries[] blocks;
  private final byte[] exponents;

  /** An update without entries. */
  public SparseUpdate(BlockLayout layout) {
    this.layout = Objects.requireNonNull(layout, "layout");
    this.blocks = new BlockEntries[layout.blockCount()];
    this.exponents = new byte[layout.blockCount()];
    Arrays.setAll(blocks, block -> new BlockEntries(layout.length(block)));
  }

  /** The layout that this update has. */
  public BlockLayout layout() {
    return layout;
  }

  /** Number of entries that are not zero. */
  public int count() {
    int all = 0;
    for (BlockEntries block : blocks) {
      all += block.count();
    }
    return all;
  }

  /** Number of entries of the block that are not zero. */
  public int count(int block) {
    return blocks[block].count();
  }

  /** The block's threshold is 2 to this power; without meaning where the block has no entry. */
  public int exponent(int block) {
    return exponents[block];
  }

  /** Adds the multiplicities, one sum a parameter, to an array of the layout's length. */
  public void addTo(int[] sums) {
    for (int block = 0; block < blocks.length; block++) {
      blocks[block].addTo(sums, layout.offset(block));
    }
  }

  /** Adds the number of entries of each block to the counts. */
  public void countInto(long[] nonZeros) {
    for (int block = 0; block < blocks.length; block++) {
      nonZeros[block] += blocks[block].count();
    }
  }

  /** Calls back for each entry, by rising place in the flat update. */
  public void forEach(EntryConsumer consumer) {
    for (int block = 0; block < blocks.length; block++) {
      BlockEntries entries = blocks[block];
      int offset = layout.offset(block);
      for (int place = 0; place < entries.count(); place++) {
        consumer.accept(block, offset + entries.indices()[place], entries.multiplicities()[place]);
      }
    }
  }

  /** Forgets all entries. */
  public void clear() {
    for (BlockEntries block : blocks) {
      block.clear();
    }
  }

  /** Appends one entry; within a block they must come by rising index. */
  public void add(int block, int index, int multiplicity) {
    blocks[block].add(index, multiplicity);
  }

  /**
   * Appends the entries of another update that lie in both, with their exponents. Both must be
   * slices of one layout, and what this update has of a block must lie before what is appended.
   *
   * @param start place of this update's first entry in that layout
   * @param from the other update
   * @param fromStart place of the other's first entry
   */
  public void addAll(int start, SparseUpdate from, int fromStart) {
    int end = Math.min(start + layout.parameterCount(), fromStart + from.layout.parameterCount());
    int at = Math.max(start, fromStart);
    if (at >= end) {
      return;
    }
    int block = layout.blockOf(at - start);
    int fromBlock = from.layout.blockOf(at - fromStart);
    while (at < end) {
      int index = at - start - layout.offset(block);
      int fromIndex = at - fromStart - from.layout.offset(fromBlock);
      int length =
          Math.min(
              Math.min(layout.length(block) - index, from.layout.length(fromBlock) - fromIndex),
              end - at);
      BlockEntries entries = from.blocks[fromBlock];
      if (entries.count() > 0) {
        exponents[block] = from.exponents[fromBlock];
        blocks[block].addRange(entries, fromIndex, length, index);
      }
      at += length;
      block++;
      fromBlock++;
    }
  }

  /** Adds k times the threshold for each entry to an array of the layout's length. */
  public void addValuesTo(float[] values) {
    for (int block = 0; block < blocks.length; block++) {
      float tau = Threshold.of(exponents[block]);
      int offset = layout.offset(block);
      int[] at = blocks[block].indices();
      int[] k = blocks[block].multiplicities();
      for (int place = 0; place < blocks[block].count(); place++) {
        values[offset + at[place]] += k[place] * tau;
      }
    }
  }

  /** Sets the exponent of a block's threshold. */
  public void exponent(int block, int exponent) {
    exponents[block] = (byte) exponent;
  }

  BlockEntries block(int block) {
    return blocks[block];
  }

  /** Receives the entries of an update. */
  @FunctionalInterface
  public interface EntryConsumer {

    /**
     * Takes one entry.
     *
     * @param block its block
     * @param parameter its place in the flat update
     * @param multiplicity how many thresholds, not 0
     */
    void accept(int block, int parameter, int multiplicity);
  }
}

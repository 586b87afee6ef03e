// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * How a flat update is cut into layer blocks, each of which has a threshold of its own.
 *
 * <p>Layers differ in scale by orders of magnitude, so one threshold for all would silence some of
 * them. Blocks lie one after the other and cover the update without a gap.
 *
 * <p>Immutable and thread-safe.
 */
public final class BlockLayout {
  /** Bytes that an exchange may put before an encoded update, whatever its length. */
  public static final int MAX_HEAD_BYTES = 64;

  private final int[] offsets;
  private final BitSet frozen;
  private final int maxPayloadBytes;

  private BlockLayout(int[] offsets, BitSet frozen, int maxPayloadBytes) {
    this.offsets = offsets;
    this.frozen = frozen;
    this.maxPayloadBytes = maxPayloadBytes;
  }

  /**
   * The layout with blocks of these lengths, in this order.
   *
   * @throws IllegalArgumentException if there is no block, a block is empty, or the update would
   *     not fit a frame even as float32
   */
  public static BlockLayout of(int... lengths) {
    if (lengths.length == 0) {
      throw new IllegalArgumentException("a layout must have at least one block, but has none");
    }
    int[] offsets = new int[lengths.length + 1];
    long payloadBytes = MAX_HEAD_BYTES;
    for (int block = 0; block < lengths.length; block++) {
      if (lengths[block] < 1) {
        throw new IllegalArgumentException(
            "a block must have at least one entry, but block " + block + " has " + lengths[block]);
      }
      payloadBytes += BlockHeader.MAX_BYTES + (long) Float.BYTES * lengths[block];
      if (payloadBytes > Integer.MAX_VALUE / 2) {
        throw new IllegalArgumentException(
            "an update must fit "
                + Integer.MAX_VALUE / 2
                + " bytes as float32, but blocks 0 to "
                + block
                + " need "
                + payloadBytes);
      }
      offsets[block + 1] = offsets[block] + lengths[block];
    }
    return new BlockLayout(offsets, new BitSet(), (int) payloadBytes);
  }

  /**
   * The same layout with further blocks that are not trained: they have no update, and no byte of
   * them travels.
   *
   * @throws IllegalArgumentException if there is no such block
   */
  public BlockLayout freeze(int... blocks) {
    BitSet all = (BitSet) frozen.clone();
    for (int block : blocks) {
      if (block < 0 || block >= blockCount()) {
        throw new IllegalArgumentException(
            "a block must be in [0, " + blockCount() + "), but " + block + " is to be frozen");
      }
      all.set(block);
    }
    return new BlockLayout(offsets, all, maxPayloadBytes);
  }

  /**
   * The layout of a range of the flat update: the pieces of the blocks that it touches. A piece of
   * a frozen block is frozen.
   *
   * @param from first entry of the range
   * @param to the entry behind its last
   * @throws IllegalArgumentException if the range is empty or reaches beyond the update
   */
  public LayoutSlice slice(int from, int to) {
    if (from < 0 || from >= to || to > parameterCount()) {
      throw new IllegalArgumentException(
          "a slice must be a range within [0, "
              + parameterCount()
              + ") with at least one entry, but is ["
              + from
              + ", "
              + to
              + ")");
    }
    int firstBlock = blockOf(from);
    int pieces = blockOf(to - 1) - firstBlock + 1;
    int[] lengths = new int[pieces];
    for (int piece = 0; piece < pieces; piece++) {
      int block = firstBlock + piece;
      lengths[piece] = Math.min(to, offsets[block + 1]) - Math.max(from, offsets[block]);
    }
    int[] frozenPieces =
        IntStream.range(0, pieces).filter(piece -> isFrozen(firstBlock + piece)).toArray();
    return new LayoutSlice(of(lengths).freeze(frozenPieces), firstBlock, from);
  }

  /** The block that an entry of the flat update belongs to. */
  int blockOf(int entry) {
    int place = Arrays.binarySearch(offsets, entry);
    return place < 0 ? -place - 2 : place;
  }

  /** True when the block is not trained. */
  public boolean isFrozen(int block) {
    return frozen.get(block);
  }

  /** Number of blocks. */
  public int blockCount() {
    return offsets.length - 1;
  }

  /** Index of the block's first entry in the flat update. */
  public int offset(int block) {
    return offsets[block];
  }

  /** Number of entries of the block. */
  public int length(int block) {
    return offsets[block + 1] - offsets[block];
  }

  /** Number of entries of the flat update. */
  public int parameterCount() {
    return offsets[offsets.length - 1];
  }

  /**
   * Upper bound of the encoded length of an update in any format: that of float32, with what an
   * exchange may put before it.
   */
  public int maxPayloadBytes() {
    return maxPayloadBytes;
  }

  void requireLength(int actual, String name) {
    if (actual != parameterCount()) {
      throw new IllegalArgumentException(
          name + " must have " + parameterCount() + " entries as the layout, but has " + actual);
    }
  }

  /** Refuses an update of a frozen block: it would neither travel nor stay in a residual. */
  void requireZero(float[] update, int block) {
    int end = offset(block) + length(block);
    for (int i = offset(block); i < end; i++) {
      if (update[i] != 0) {
        throw new IllegalArgumentException(
            "a frozen block must have no update, but entry "
                + (i - offset(block))
                + " of block "
                + block
                + " is "
                + update[i]
                + "; freeze the layer in the network too, or do not freeze the block");
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BlockLayout that
        && Arrays.equals(offsets, that.offsets)
        && frozen.equals(that.frozen);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(offsets) + frozen.hashCode();
  }

  @Override
  public String toString() {
    return "BlockLayout[blocks=%d, frozen=%s, parameters=%d]"
        .formatted(blockCount(), frozen, parameterCount());
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/**
 * Copies of stored rows, in memory that is used again after {@link #clear}, so that holding a batch
 * of rows allocates nothing per row. Not thread-safe.
 */
final class HeldRows {

  private static final int BLOCK_BYTES = 1 << 18; // far below what collectors treat as humongous

  private final List<byte[]> blocks = new ArrayList<>();
  private int block; // that is being filled
  private int used; // bytes of it
  private int[] blockOf = new int[64];
  private int[] offsets = new int[64];
  private int[] lengths = new int[64];
  private int fields;
  private int size;

  /** Number of rows. */
  int size() {
    return size;
  }

  /** Adds a copy of a row; all have as many fields. */
  void add(UnsafeRow row) {
    int length = row.getSizeInBytes();
    place(length);
    if (size == offsets.length) {
      blockOf = Arrays.copyOf(blockOf, size * 2);
      offsets = Arrays.copyOf(offsets, size * 2);
      lengths = Arrays.copyOf(lengths, size * 2);
    }
    row.writeToMemory(blocks.get(block), (long) Platform.BYTE_ARRAY_OFFSET + used);
    blockOf[size] = block;
    offsets[size] = used;
    lengths[size] = length;
    fields = row.numFields();
    used += length;
    size++;
  }

  /** Moves on to a block with room for so many bytes, and makes one if need be. */
  private void place(int length) {
    if (block < blocks.size() && blocks.get(block).length - used >= length) {
      return;
    }
    int next = used == 0 ? block : block + 1;
    used = 0;
    block = next;
    if (block == blocks.size()) {
      blocks.add(new byte[Math.max(BLOCK_BYTES, length)]);
    } else if (blocks.get(block).length < length) {
      blocks.set(block, new byte[length]);
    }
  }

  /** Lets a view show a row; valid until the rows are cleared. */
  void get(int row, UnsafeRow view) {
    if (view.numFields() != fields) {
      throw new IllegalArgumentException(
          "the view must have %d fields, but has %d".formatted(fields, view.numFields()));
    }
    view.pointTo(
        blocks.get(blockOf[row]), (long) Platform.BYTE_ARRAY_OFFSET + offsets[row], lengths[row]);
  }

  /** Forgets the rows and keeps their memory. */
  void clear() {
    size = 0;
    block = 0;
    used = 0;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Rows packed for one worker: what the shuffle before training moves.
 *
 * <p>A block is one byte array, so that Java's and Kryo's serializers both move it as it is.
 * Layout, little-endian: partition int32, sequence int32, rows int32, use int32 (0 training, 1
 * validation); if rows differ in length, the end of each row, counted from the first row's start,
 * int32 [rows]; then the rows, as {@link RowLayout} tells.
 */
final class RowBlock {

  private static final int PARTITION_OFFSET = 0;
  private static final int SEQUENCE_OFFSET = 4;
  private static final int ROWS_OFFSET = 8;
  private static final int USE_OFFSET = 12;
  static final int HEADER_BYTES = 16;

  private RowBlock() {}

  /** What the rows of a block are for. */
  enum Use {
    TRAINING(0),
    VALIDATION(1);

    private final int code;

    Use(int code) {
      this.code = code;
    }
  }

  static int partition(ByteBuffer block) {
    return block.getInt(PARTITION_OFFSET);
  }

  static int sequence(ByteBuffer block) {
    return block.getInt(SEQUENCE_OFFSET);
  }

  static int rows(ByteBuffer block) {
    return block.getInt(ROWS_OFFSET);
  }

  static Use use(ByteBuffer block) {
    return block.getInt(USE_OFFSET) == Use.TRAINING.code ? Use.TRAINING : Use.VALIDATION;
  }

  /** Where the first row starts. */
  static int rowsOffset(int rows, RowLayout layout) {
    return HEADER_BYTES + (layout.rowsVary() ? Math.multiplyExact(rows, Integer.BYTES) : 0);
  }

  /** End of a row, from the first row's start; only if rows differ in length. */
  static int rowEnd(ByteBuffer block, int row) {
    return block.getInt(HEADER_BYTES + row * Integer.BYTES);
  }

  static ByteBuffer wrap(byte[] block) {
    return ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Fills one block row by row. Not thread-safe. */
  static final class Writer {
    private final RowLayout layout;
    private final RowEncoder encoder;
    private final Use use;
    private final int targetBytes;
    private byte[] array = new byte[1 << 10];
    private ByteBuffer bytes = wrap(array);
    private int[] ends = new int[16];
    private int rows;
    private int sequence;

    /**
     * A writer of blocks.
     *
     * @param targetBytes a block is full when it is at least this long
     */
    Writer(RowLayout layout, Use use, int targetBytes) {
      this.layout = layout;
      this.encoder = new RowEncoder(layout);
      this.use = use;
      this.targetBytes = targetBytes;
    }

    void add(RowValues row) {
      int needed = encoder.lengthBytes(row);
      if (bytes.remaining() < needed) {
        int capacity = Math.max(Math.addExact(bytes.position(), needed), 2 * bytes.capacity());
        array = Arrays.copyOf(array, capacity);
        bytes = wrap(array).position(bytes.position());
      }
      if (rows == ends.length) {
        ends = Arrays.copyOf(ends, 2 * rows);
      }
      encoder.write(row, bytes);
      ends[rows++] = bytes.position();
    }

    boolean isFull() {
      return bytes.position() >= targetBytes;
    }

    boolean isEmpty() {
      return rows == 0;
    }

    /** The block's bytes; the writer starts the next block. */
    byte[] take(int partition) {
      int start = rowsOffset(rows, layout);
      byte[] block = new byte[Math.addExact(start, bytes.position())];
      ByteBuffer header = wrap(block);
      header.putInt(partition).putInt(sequence++).putInt(rows).putInt(use.code);
      if (layout.rowsVary()) {
        header.asIntBuffer().put(ends, 0, rows);
      }
      System.arraycopy(array, 0, block, start, bytes.position());
      bytes.clear();
      rows = 0;
      return block;
    }
  }
}

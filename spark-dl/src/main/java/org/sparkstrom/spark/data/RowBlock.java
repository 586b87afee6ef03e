// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Rows packed for one worker: what the shuffle before training moves.
 *
 * <p>A block is one byte array, so that Java's and Kryo's serializers both move it as it is.
 * Layout, little-endian: partition int32, sequence int32, rows int32, features float32 [rows,
 * featureCount], labels int32 [rows].
 */
final class RowBlock {

  private static final int PARTITION_OFFSET = 0;
  private static final int SEQUENCE_OFFSET = 4;
  private static final int ROWS_OFFSET = 8;
  static final int HEADER_BYTES = 12;

  private RowBlock() {}

  static int lengthBytes(int rows, int featureCount) {
    return Math.addExact(
        HEADER_BYTES, Math.multiplyExact(rows, Math.multiplyExact(4, featureCount + 1)));
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

  static int featuresOffset(int row, int featureCount) {
    return HEADER_BYTES + row * featureCount * Float.BYTES;
  }

  static int labelOffset(int row, int rows, int featureCount) {
    return HEADER_BYTES + rows * featureCount * Float.BYTES + row * Integer.BYTES;
  }

  static ByteBuffer wrap(byte[] block) {
    return ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Fills one block row by row. Not thread-safe. */
  static final class Writer {
    private final int featureCount;
    private final int capacityRows;
    private final float[] features;
    private final int[] labels;
    private int rows;
    private int sequence;

    Writer(int featureCount, int capacityRows) {
      this.featureCount = featureCount;
      this.capacityRows = capacityRows;
      this.features = new float[Math.multiplyExact(capacityRows, featureCount)];
      this.labels = new int[capacityRows];
    }

    void add(float[] rowFeatures, int label) {
      System.arraycopy(rowFeatures, 0, features, rows * featureCount, featureCount);
      labels[rows++] = label;
    }

    boolean isFull() {
      return rows == capacityRows;
    }

    boolean isEmpty() {
      return rows == 0;
    }

    /** The block's bytes; the writer starts the next block. */
    byte[] take(int partition) {
      byte[] bytes = new byte[lengthBytes(rows, featureCount)];
      ByteBuffer block = wrap(bytes);
      block.putInt(partition).putInt(sequence++).putInt(rows);
      block.asFloatBuffer().put(features, 0, rows * featureCount);
      block.position(labelOffset(0, rows, featureCount));
      block.asIntBuffer().put(labels, 0, rows);
      rows = 0;
      return bytes;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.nio.ByteBuffer;
import java.util.List;
import org.sparkstrom.spark.data.TensorColumn.Storage;

/** Packs rows that have been read into the bytes of a {@link RowLayout}. */
final class RowEncoder {

  private final List<TensorColumn> columns;
  private final RowLayout layout;

  RowEncoder(RowLayout layout) {
    this.layout = layout;
    this.columns = layout.columns().toList();
  }

  /** Bytes that a row will take. */
  int lengthBytes(RowValues row) {
    int bytes = layout.weightBytes();
    for (int i = 0; i < columns.size(); i++) {
      bytes = Math.addExact(bytes, columns.get(i).rowBytes(row.cell(i).steps()));
    }
    return bytes;
  }

  /** Appends a row; {@code out} is little-endian and has room for it. */
  void write(RowValues row, ByteBuffer out) {
    for (int i = 0; i < columns.size(); i++) {
      write(columns.get(i), row.cell(i), out);
    }
    if (layout.weighted()) {
      out.putFloat(row.weight());
    }
  }

  private static void write(TensorColumn column, Cell cell, ByteBuffer out) {
    if (column.stepsVary()) {
      out.putInt(cell.steps());
    } else if (cell.steps() != column.maxSteps()) {
      throw new IllegalStateException(
          "column '%s' must have %d steps in every row, as in the survey, but has %d. The data must give the same rows each time it is read; cache it."
              .formatted(column.column(), column.maxSteps(), cell.steps()));
    }
    int end = out.position() + column.valueBytes(cell.steps());
    int size = column.storedSize();
    int steps = cell.steps();
    boolean inOrder = size == 1 || steps == 1;
    if (inOrder && column.storage() == Storage.FLOAT32) {
      out.asFloatBuffer().put(cell.values(), 0, size * steps);
      out.position(out.position() + size * steps * Float.BYTES);
    } else {
      writeOneByOne(column, cell.values(), size, steps, out);
    }
    while (out.position() < end) {
      out.put((byte) 0);
    }
  }

  /** Values stand step by step in a cell, and value by value where they are packed. */
  private static void writeOneByOne(
      TensorColumn column, float[] values, int size, int steps, ByteBuffer out) {
    for (int s = 0; s < size; s++) {
      for (int step = 0; step < steps; step++) {
        float value = values[step * size + s];
        switch (column.storage()) {
          case FLOAT32 -> out.putFloat(value);
          case UINT8 -> out.put((byte) narrow(column, value));
          case CLASS_INDEX -> out.putInt((int) value);
        }
      }
    }
  }

  private static int narrow(TensorColumn column, float value) {
    if (!isNarrow(value)) {
      throw new IllegalStateException(
          "column '%s' must have integers from 0 to 255 alone, as in the survey, but has %s. The data must give the same rows each time it is read; cache it."
              .formatted(column.column(), value));
    }
    return (int) value;
  }

  /** True if a byte holds the value so that the same float32 comes out of it again. */
  static boolean isNarrow(float value) {
    int integer = (int) value;
    return (integer & ~0xFF) == 0
        && Float.floatToRawIntBits((float) integer) == Float.floatToRawIntBits(value);
  }
}

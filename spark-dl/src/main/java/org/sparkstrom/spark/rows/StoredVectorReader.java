// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;
import org.sparkstrom.spark.data.Cell;
import org.sparkstrom.spark.data.Cell.Content;

/**
 * Reads vectors of spark.ml, which Spark stores as a struct of type (0 sparse, 1 dense), size,
 * indices and values.
 */
final class StoredVectorReader extends StoredReader {
  private static final long serialVersionUID = 1L;

  private static final int FIELDS = 4;
  private static final int TYPE = 0;
  private static final int SIZE = 1;
  private static final int INDICES = 2;
  private static final int VALUES = 3;
  private static final byte DENSE = 1;

  private final int index;

  StoredVectorReader(String column, int index) {
    super(column);
    this.index = index;
  }

  @Override
  Content read(InternalRow row, Cell cell) {
    if (row.isNullAt(index)) {
      return Content.NULL;
    }
    InternalRow vector = row.getStruct(index, FIELDS);
    ArrayData values = vector.getArray(VALUES);
    boolean dense = vector.getByte(TYPE) == DENSE;
    int size = dense ? values.numElements() : vector.getInt(SIZE);
    if (size == 0) {
      return Content.EMPTY;
    }
    cell.reshape(1, size);
    if (!dense) {
      scatter(vector.getArray(INDICES), values, size, cell);
    } else if (values instanceof UnsafeArrayData stored) {
      narrow(stored, size, cell);
    } else {
      narrow(values, size, cell);
    }
    return cell.content();
  }

  /** From memory: the array checks the index and the null bits of each value that it gives. */
  private static void narrow(UnsafeArrayData values, int size, Cell cell) {
    Object base = values.getBaseObject();
    long start = values.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes(size);
    float[] out = cell.values();
    for (int i = 0; i < size; i++) {
      double value = Platform.getDouble(base, start + (long) i * Double.BYTES);
      put((float) value, out, i, cell);
    }
  }

  private static void narrow(ArrayData values, int size, Cell cell) {
    float[] out = cell.values();
    for (int i = 0; i < size; i++) {
      put((float) values.getDouble(i), out, i, cell);
    }
  }

  private static void scatter(ArrayData indices, ArrayData values, int size, Cell cell) {
    float[] out = cell.values();
    Arrays.fill(out, 0, size, 0f);
    int count = values.numElements();
    for (int i = 0; i < count; i++) {
      put((float) values.getDouble(i), out, indices.getInt(i), cell);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.sparkstrom.spark.data.Cell;
import org.sparkstrom.spark.data.Cell.Content;

/** Reads arrays of doubles or floats. */
final class StoredArrayReader extends StoredReader {
  private static final long serialVersionUID = 1L;

  private final int index;
  private final boolean wide; // doubles
  private final boolean mayHoldNull;

  StoredArrayReader(String column, int index, boolean wide, boolean mayHoldNull) {
    super(column);
    this.index = index;
    this.wide = wide;
    this.mayHoldNull = mayHoldNull;
  }

  @Override
  Content read(InternalRow row, Cell cell) {
    if (row.isNullAt(index)) {
      return Content.NULL;
    }
    ArrayData values = row.getArray(index);
    int size = values.numElements();
    if (size == 0) {
      return Content.EMPTY;
    }
    cell.reshape(1, size);
    float[] out = cell.values();
    for (int i = 0; i < size; i++) {
      put(mayHoldNull && values.isNullAt(i) ? Float.NaN : value(values, i), out, i, cell);
    }
    return cell.content();
  }

  private float value(ArrayData values, int place) {
    return wide ? (float) values.getDouble(place) : values.getFloat(place);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;

/** Rows as values such that equal means equal in all bits. */
final class RowBits {
  private RowBits() {}

  static List<Object> of(Row row) {
    return of(row, row.size());
  }

  /** The first values of a row. */
  static List<Object> of(Row row, int width) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      Object value = row.get(i);
      if (value instanceof Double d) {
        values.add("double " + d + " " + Long.toHexString(Double.doubleToLongBits(d)));
      } else if (value instanceof Float f) {
        values.add("float " + f + " " + Integer.toHexString(Float.floatToIntBits(f)));
      } else if (value instanceof Vector vector) {
        // The local executor makes a null of an array without entries
        values.add(
            vector.size() == 0
                ? null
                : Arrays.stream(vector.toArray())
                    .mapToObj(x -> x + " " + Long.toHexString(Double.doubleToLongBits(x)))
                    .toList());
      } else if (value instanceof byte[] bytes) {
        values.add(Arrays.toString(bytes));
      } else {
        values.add(value);
      }
    }
    return values;
  }

  static List<List<Object>> of(List<Row> rows) {
    return rows.stream().map(RowBits::of).toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import org.apache.spark.sql.Row;

/**
 * Reads vectors, arrays of numbers and numbers; also images that are stored flat.
 *
 * @param values reads the column
 */
record FlatReader(FeatureReader values) implements TensorReader {

  @Override
  public String role() {
    return values.role();
  }

  @Override
  public String column() {
    return values.column();
  }

  @Override
  public Cell.Content read(Row row, Cell cell) {
    int length = values.length(row);
    if (length == FeatureReader.NULL) {
      return Cell.Content.NULL;
    }
    if (length == 0) {
      return Cell.Content.EMPTY;
    }
    cell.reshape(1, length);
    int invalid = values.read(row, cell.values(), 0);
    if (invalid >= 0) {
      cell.invalidAt(invalid);
    }
    return cell.content();
  }
}

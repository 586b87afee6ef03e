// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Reads the weight of a row; 1 where there is no such column.
 *
 * @param name name of the column; empty if there is none
 * @param index its place; -1 if there is none
 */
record WeightColumn(String name, int index) implements Serializable {

  static WeightColumn of(StructType schema, Optional<String> name) {
    return name.map(
            column -> new WeightColumn(column, Columns.numericIndexOf(schema, "weight", column)))
        .orElse(new WeightColumn("", -1));
  }

  boolean exists() {
    return index >= 0;
  }

  /** The weight as float32; NaN for null. */
  float read(Row row) {
    return exists() ? (float) FeatureReader.number(row.get(index)) : 1f;
  }

  String missing() {
    return "weight column '%s' is null or NaN".formatted(name);
  }

  String problem(Row row) {
    return "weight column '%s' is %s, but must be a finite number that is at least 0; correct it, or filter the row out"
        .formatted(name, row.get(index));
  }
}

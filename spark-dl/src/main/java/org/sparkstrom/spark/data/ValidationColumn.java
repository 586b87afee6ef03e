// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Tells rows for validation from those for training; all are for training where there is no such
 * column.
 *
 * @param name name of the column; empty if there is none
 * @param index its place; -1 if there is none
 */
record ValidationColumn(String name, int index) implements Serializable {

  static ValidationColumn of(StructType schema, Optional<String> name) {
    if (name.isEmpty()) {
      return new ValidationColumn("", -1);
    }
    int index = Columns.indexOf(schema, "validationIndicator", name.get());
    DataType type = schema.fields()[index].dataType();
    if (!(type instanceof BooleanType)) {
      throw new IllegalArgumentException(
          "validationIndicator column '%s' must be boolean, but is %s. Cast it, with true for the rows that are for validation."
              .formatted(name.get(), type.catalogString()));
    }
    return new ValidationColumn(name.get(), index);
  }

  boolean exists() {
    return index >= 0;
  }

  boolean isNull(Row row) {
    return exists() && row.isNullAt(index);
  }

  boolean read(Row row) {
    return exists() && row.getBoolean(index);
  }

  String missing() {
    return "validationIndicator column '%s' is null".formatted(name);
  }
}

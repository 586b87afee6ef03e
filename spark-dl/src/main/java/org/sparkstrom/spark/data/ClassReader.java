// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.network.NetworkInput.Form;
import scala.collection.Seq;

/**
 * Reads class indices: a number, or an array of one number for each step.
 *
 * @param column name of the column
 * @param index its place
 * @param classCount classes are 0 to classCount - 1
 * @param form FLAT or SEQUENCE
 */
record ClassReader(String column, int index, int classCount, Form form) implements TensorReader {

  /** Class indices travel as float32 on their way to a block, which holds integers up to here. */
  private static final int MAX_CLASSES = 1 << 24;

  static final String ROLE = "label";

  static ClassReader of(StructType schema, String column, int classCount, Form form) {
    if (form == Form.IMAGE || classCount > MAX_CLASSES) {
      throw new IllegalArgumentException(
          "label column '%s' must be for an output of at most %d classes per row or step, but its output has %d classes and gives a %s. Take a loss of real numbers for images."
              .formatted(column, MAX_CLASSES, classCount, form));
    }
    int index = Columns.indexOf(schema, ROLE, column);
    if (form == Form.FLAT) {
      index = Columns.numericIndexOf(schema, ROLE, column);
    } else {
      requireNumbers(schema.fields()[index].dataType(), column);
    }
    return new ClassReader(column, index, classCount, form);
  }

  private static void requireNumbers(DataType type, String column) {
    if (!(type instanceof ArrayType array && FeatureReader.isNumber(array.elementType()))) {
      throw new IllegalArgumentException(
          "label column '%s' must be an array with the class index of each step, but is %s. Index the labels first, and collect them into an array."
              .formatted(column, type.catalogString()));
    }
  }

  @Override
  public String role() {
    return ROLE;
  }

  @Override
  public Cell.Content read(Row row, Cell cell) {
    if (row.isNullAt(index)) {
      return Cell.Content.NULL;
    }
    if (form == Form.FLAT) {
      cell.reshape(1, 1);
      return put(FeatureReader.number(row.get(index)), cell, 0);
    }
    Seq<?> classes = (Seq<?>) row.get(index);
    int steps = classes.length();
    if (steps == 0) {
      return Cell.Content.EMPTY;
    }
    cell.reshape(steps, 1);
    Cell.Content content = Cell.Content.VALUES;
    for (int step = 0; step < steps && content == Cell.Content.VALUES; step++) {
      content = put(FeatureReader.number(classes.apply(step)), cell, step);
    }
    return content;
  }

  private Cell.Content put(double value, Cell cell, int place) {
    if (Double.isNaN(value)) {
      return Cell.Content.NULL;
    }
    if (value != Math.rint(value) || value < 0 || value >= classCount) {
      return cell.reject(value);
    }
    cell.values()[place] = (float) value;
    return Cell.Content.VALUES;
  }
}

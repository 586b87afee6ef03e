// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Reads sequences: arrays with an element for each step, which is a vector, an array of numbers, or
 * one number.
 *
 * @param role what the column is for
 * @param column its name
 * @param index its place
 */
record SequenceReader(String role, String column, int index) implements TensorReader {

  static SequenceReader of(StructType schema, String role, String column) {
    int index = Columns.indexOf(schema, role, column);
    DataType type = schema.fields()[index].dataType();
    if (type instanceof ArrayType array && isStep(array.elementType())) {
      return new SequenceReader(role, column, index);
    }
    throw new IllegalArgumentException(
        "%s column '%s' must be an array with an element for each step (a vector, an array of numbers, or a number), as the network takes sequences there, but is %s. Collect the steps into an array first (collect_list, array)."
            .formatted(role, column, type.catalogString()));
  }

  private static boolean isStep(DataType type) {
    return type.equals(SQLDataTypes.VectorType())
        || FeatureReader.isNumber(type)
        || (type instanceof ArrayType array && FeatureReader.isNumber(array.elementType()));
  }

  @Override
  public Cell.Content read(Row row, Cell cell) {
    if (row.isNullAt(index)) {
      return Cell.Content.NULL;
    }
    Seq<?> steps = (Seq<?>) row.get(index);
    int count = steps.length();
    if (count == 0) {
      return Cell.Content.EMPTY;
    }
    int size = 1;
    for (int step = 0; step < count; step++) {
      int length = length(steps.apply(step));
      if (length == FeatureReader.NULL) {
        return Cell.Content.NULL;
      }
      if (step > 0 && length != size) {
        return Cell.Content.RAGGED;
      }
      size = length;
    }
    if (size == 0) {
      return Cell.Content.EMPTY;
    }
    cell.reshape(count, size);
    for (int step = 0; step < count; step++) {
      readStep(steps.apply(step), cell, step * size);
    }
    return cell.content();
  }

  private static int length(Object step) {
    if (step instanceof Vector vector) {
      return vector.size();
    }
    if (step instanceof Seq<?> values) {
      return values.length();
    }
    return step == null ? FeatureReader.NULL : 1;
  }

  private static void readStep(Object step, Cell cell, int offset) {
    if (step instanceof Vector vector) {
      int invalid = FeatureReader.readVector(vector, cell.values(), offset);
      if (invalid >= 0) {
        cell.invalidAt(offset + invalid);
      }
    } else if (step instanceof Seq<?> values) {
      putAll(values, cell, offset);
    } else if (!FeatureReader.put(FeatureReader.number(step), cell.values(), offset)) {
      cell.invalidAt(offset);
    }
  }

  /** Writes an array of numbers. */
  static void putAll(Seq<?> values, Cell cell, int offset) {
    int length = values.length();
    for (int i = 0; i < length; i++) {
      if (!FeatureReader.put(FeatureReader.number(values.apply(i)), cell.values(), offset + i)) {
        cell.invalidAt(offset + i);
      }
    }
  }
}

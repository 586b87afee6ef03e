// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Finds the columns of a model's inputs, and compares types and shapes on the driver, so that what
 * cannot fit is refused before any job.
 */
final class InputColumns {

  private InputColumns() {}

  /**
   * Place of a column.
   *
   * @throws IllegalArgumentException if there is none of that name, or it cannot hold what the
   *     input takes
   */
  static int place(StructType schema, String column, TensorSpec input, BatchModel model) {
    int place = Arrays.asList(schema.fieldNames()).indexOf(column);
    if (place < 0) {
      throw new IllegalArgumentException(
          "column '%s' for the model's input %s does not exist; the columns are %s. Name the column of each input (inputCols and modelInputs): %s"
              .formatted(column, input, Arrays.toString(schema.fieldNames()), model.description()));
    }
    requireFits(schema.fields()[place], input, model);
    return place;
  }

  /**
   * Place of a column of any type.
   *
   * @param user who needs it
   * @throws IllegalArgumentException if there is none of that name
   */
  static int place(StructType schema, String column, String user) {
    int place = Arrays.asList(schema.fieldNames()).indexOf(column);
    if (place < 0) {
      throw new IllegalArgumentException(
          "column '%s' for %s does not exist; the columns are %s; set inputCols"
              .formatted(column, user, Arrays.toString(schema.fieldNames())));
    }
    return place;
  }

  private static void requireFits(StructField field, TensorSpec input, BatchModel model) {
    DataType element = field.dataType();
    int depth = 0;
    while (element instanceof ArrayType array) {
      element = array.elementType();
      depth++;
    }
    boolean vector = element.equals(SQLDataTypes.VectorType());
    boolean text = input.type() == TensorType.STRING;
    boolean ofElements =
        text
            ? element instanceof StringType
            : vector || element instanceof NumericType || element instanceof BooleanType;
    if (!ofElements) {
      throw new IllegalArgumentException(
          "column '%s' must hold %s for the model's input %s, but is %s; %s"
              .formatted(
                  field.name(),
                  text ? "strings" : "numbers, arrays of them, or vectors",
                  input,
                  field.dataType().catalogString(),
                  model.description()));
    }
    long[] shape = shape(field, vector ? depth + 1 : depth, vector && depth == 0);
    if (!fits(shape, input)) {
      throw new IllegalArgumentException(
          "column '%s' (%s) has rows of shape %s, but the model's input %s takes rows of %s; reshape the column or map another one: %s"
              .formatted(
                  field.name(),
                  field.dataType().catalogString(),
                  TensorSpec.text(TensorValues.boxed(shape)),
                  input,
                  TensorSpec.text(input.rowShape()),
                  model.description()));
    }
  }

  /** A size for each level of nesting: of a vector with metadata what that declares. */
  private static long[] shape(StructField field, int depth, boolean vector) {
    long[] shape = LongStream.generate(() -> TensorSpec.UNKNOWN).limit(depth).toArray();
    if (vector) {
      shape[0] = AttributeGroup.fromStructField(field).size(); // -1 if it is not known
    }
    return shape;
  }

  private static boolean fits(long[] shape, TensorSpec input) {
    List<Long> wanted = input.rowShape();
    if (shape.length > 1) {
      return shape.length == wanted.size();
    }
    long size = shape.length == 0 ? 1 : shape[0];
    if (size == TensorSpec.UNKNOWN) {
      return true;
    }
    long known = wanted.stream().filter(axis -> axis > 0).reduce(1L, Math::multiplyExact);
    return wanted.contains(TensorSpec.UNKNOWN) ? size % known == 0 : size == known;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.sparkstrom.datavec.column.RefusedValueException;
import scala.collection.Seq;

/**
 * The explained columns as one array of doubles: a vector, an array of numbers, or several columns
 * of doubles.
 *
 * @param layout what the columns are
 * @param count how many numbers a row must have
 */
record NumericInputs(Layout layout, int count) implements Serializable {

  /** What the explained columns are. */
  enum Layout {
    VECTOR,
    DOUBLES,
    FLOATS,
    COLUMNS
  }

  /** The layout of a single column of many numbers; empty for a column of another type. */
  static Optional<Layout> layout(DataType type) {
    if (type.equals(SQLDataTypes.VectorType())) {
      return Optional.of(Layout.VECTOR);
    }
    if (type instanceof ArrayType array && array.elementType().equals(DataTypes.DoubleType)) {
      return Optional.of(Layout.DOUBLES);
    }
    if (type instanceof ArrayType array && array.elementType().equals(DataTypes.FloatType)) {
      return Optional.of(Layout.FLOATS);
    }
    return Optional.empty();
  }

  /**
   * The numbers of a row.
   *
   * @throws RefusedValueException if there is a null, or they are more or fewer than in other rows
   */
  double[] read(Object[] inputs) {
    double[] values = layout == Layout.COLUMNS ? columns(inputs) : numbers(inputs[0]);
    if (values.length != count) {
      throw new RefusedValueException(
          "it must have %d features, but has %d".formatted(count, values.length));
    }
    return values;
  }

  /** The numbers of a vector or an array. */
  static double[] numbers(Object value) {
    if (value == null) {
      throw new RefusedValueException("it must have features, but they are null");
    }
    if (value instanceof Vector vector) {
      return vector.toArray().clone();
    }
    Seq<?> sequence = (Seq<?>) value;
    double[] numbers = new double[sequence.length()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(sequence.apply(i), i);
    }
    return numbers;
  }

  private static double[] columns(Object[] inputs) {
    double[] numbers = new double[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      numbers[i] = number(inputs[i], i);
    }
    return numbers;
  }

  private static double number(Object value, int place) {
    if (value == null) {
      throw new RefusedValueException("feature %d must be a number, but is null".formatted(place));
    }
    return ((Number) value).doubleValue();
  }

  /** These numbers as values of the columns. */
  Object[] write(double[] values) {
    return switch (layout) {
      case VECTOR -> new Object[] {Vectors.dense(values)};
      case DOUBLES -> new Object[] {boxed(values)};
      case FLOATS -> new Object[] {floats(values)};
      case COLUMNS -> boxed(values);
    };
  }

  private static Object[] boxed(double[] values) {
    Object[] boxed = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  private static Object[] floats(double[] values) {
    Object[] boxed = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      boxed[i] = (float) values[i];
    }
    return boxed;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;

/** Makes the value of a column of one row of a tensor. */
final class TensorValues {

  private TensorValues() {}

  /** Arrays nested as so many axes are, of the type's elements. */
  static DataType columnType(TensorType type, int axes) {
    DataType result = type.columnType();
    for (int axis = 0; axis < axes; axis++) {
      result = DataTypes.createArrayType(result, false);
    }
    return result;
  }

  /**
   * Requires that a column of this type can hold an output without loss, but for floating-point
   * rounding.
   *
   * @throws IllegalArgumentException with both types, if it cannot
   */
  static void requireHolds(DataType column, ModelOutput output, String name) {
    boolean maps = output.columnType() instanceof MapType;
    boolean holds =
        (maps || column instanceof MapType)
            ? isSameMap(column, output.columnType())
            : holds(column, output);
    if (!holds) {
      throw new IllegalArgumentException(
          ("column '%s' of the output schema must hold the model's output %s, but is %s; declare "
                  + "it as %s%s")
              .formatted(
                  name,
                  output,
                  column.catalogString(),
                  output
                      .knownType()
                      .map(DataType::catalogString)
                      .orElse("arrays nested as the output's axes are"),
                  maps ? "" : ", or as one with wider numbers"));
    }
  }

  /** Whether both are maps of the same types; one that is written as DDL allows null values. */
  private static boolean isSameMap(DataType column, DataType output) {
    return column instanceof MapType declared
        && output instanceof MapType given
        && declared.keyType().equals(given.keyType())
        && declared.valueType().equals(given.valueType());
  }

  private static boolean holds(DataType column, ModelOutput output) {
    int axes = output.tensor().shape().size() - 1; // -1: unknown
    boolean vector = column.equals(SQLDataTypes.VectorType());
    DataType element = column;
    int depth = vector ? 1 : 0;
    while (element instanceof ArrayType array) {
      element = array.elementType();
      depth++;
    }
    boolean oneNumber =
        depth == 0 && output.tensor().shape().size() > 1 && output.tensor().rowSize() == 1;
    return (axes < 0 || depth == axes || oneNumber)
        && holdsElement(vector ? DataTypes.DoubleType : element, output.tensor().type());
  }

  private static boolean holdsElement(DataType column, TensorType type) {
    if (type == TensorType.STRING || type == TensorType.BOOL) {
      return column.equals(type.columnType());
    }
    if (column instanceof FloatType || column instanceof DoubleType) {
      return true;
    }
    long greatest = greatest(column);
    return type.isInteger() && greatest >= type.greatest();
  }

  private static long greatest(DataType column) {
    if (column instanceof ByteType) {
      return Byte.MAX_VALUE;
    }
    if (column instanceof ShortType) {
      return Short.MAX_VALUE;
    }
    if (column instanceof IntegerType) {
      return Integer.MAX_VALUE;
    }
    return column instanceof LongType ? Long.MAX_VALUE : -1;
  }

  /**
   * The value of a column.
   *
   * @param column its type
   * @param type of the array's elements
   * @param values an array as {@link TensorType#array} makes it
   * @param from place of the row's first value
   * @param shape shape of the row
   * @throws IllegalArgumentException if the row has another number of axes than the column
   */
  static Object value(DataType column, TensorType type, Object values, int from, long[] shape) {
    int count = (int) size(shape, 0);
    if (column.equals(SQLDataTypes.VectorType())) {
      double[] vector = new double[count];
      for (int i = 0; i < count; i++) {
        vector[i] = ((Number) type.element(values, from + i)).doubleValue();
      }
      return Vectors.dense(vector);
    }
    if (column instanceof ArrayType array) {
      return nested(array, new Source(type, values, shape), 0, from);
    }
    if (count != 1) {
      throw shapeError(column, shape);
    }
    return convert(column, type.element(values, from));
  }

  @SuppressWarnings("ArrayRecordComponent") // handed from call to call, never compared
  private record Source(TensorType type, Object values, long[] shape) {}

  private static Object[] nested(ArrayType column, Source source, int axis, int from) {
    if (axis >= source.shape.length) {
      throw shapeError(column, source.shape);
    }
    int length = Math.toIntExact(source.shape[axis]);
    int stride = (int) size(source.shape, axis + 1);
    boolean last = axis == source.shape.length - 1;
    if (last == (column.elementType() instanceof ArrayType)) {
      throw shapeError(column, source.shape);
    }
    Object[] result = new Object[length];
    for (int i = 0; i < length; i++) {
      result[i] =
          last
              ? convert(column.elementType(), source.type.element(source.values, from + i))
              : nested((ArrayType) column.elementType(), source, axis + 1, from + i * stride);
    }
    return result;
  }

  private static IllegalArgumentException shapeError(DataType column, long[] shape) {
    return new IllegalArgumentException(
        "the model gives %s for a row, which a column of %s cannot hold; declare another type in the output schema"
            .formatted(TensorSpec.text(boxed(shape)), column.catalogString()));
  }

  static List<Long> boxed(long[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  /** Product of the sizes from this axis on. */
  static long size(long[] shape, int fromAxis) {
    long size = 1;
    for (int axis = fromAxis; axis < shape.length; axis++) {
      size = Math.multiplyExact(size, shape[axis]);
    }
    return size;
  }

  private static Object convert(DataType column, Object element) {
    if (column instanceof StringType || column instanceof BooleanType) {
      return element;
    }
    Number number = (Number) element;
    if (column instanceof FloatType) {
      return number.floatValue();
    }
    if (column instanceof DoubleType) {
      return number.doubleValue();
    }
    if (column instanceof LongType) {
      return number.longValue();
    }
    if (column instanceof IntegerType) {
      return number.intValue();
    }
    if (column instanceof ShortType) {
      return number.shortValue();
    }
    return number.byteValue();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.datavec.api.writable.BooleanWritable;
import org.datavec.api.writable.BytesWritable;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.FloatWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * Writes writables as the values of one Spark column. DataVec does not hold its steps to the types
 * that they announce, so the writable's own type is looked at; a value that the Spark type cannot
 * hold (a fraction in an int column, text that is no number) is refused, never bent.
 */
@FunctionalInterface
interface OutputColumn {
  /** Converts a writable that is neither null nor {@link NullWritable}. */
  Object writeValue(Writable value);

  /** Converts a writable; {@link NullWritable} and null become null. */
  default Object write(Writable value) {
    return value == null || value instanceof NullWritable ? null : writeValue(value);
  }

  /**
   * The conversion to a Spark type.
   *
   * @throws IllegalArgumentException when DataVec has no counterpart for the type
   */
  static OutputColumn of(DataType type, TimeClasses times) {
    if (type instanceof DecimalType decimal) {
      return value -> decimal(value, decimal);
    } else if (type.equals(SQLDataTypes.VectorType())) {
      return value -> Vectors.dense(NdArrays.values(value));
    } else if (ColumnMetadata.isNumberArray(type)) {
      boolean floats = ((ArrayType) type).elementType().equals(DataTypes.FloatType);
      return floats ? OutputColumn::boxedFloats : OutputColumn::boxedDoubles;
    }
    return switch (type.typeName()) {
      case "byte" -> value -> (byte) within(whole(value), Byte.MIN_VALUE, Byte.MAX_VALUE);
      case "short" -> value -> (short) within(whole(value), Short.MIN_VALUE, Short.MAX_VALUE);
      case "integer" -> value -> (int) within(whole(value), Integer.MIN_VALUE, Integer.MAX_VALUE);
      case "long" -> OutputColumn::whole;
      case "float" -> Writable::toFloat;
      case "double" -> Writable::toDouble;
      case "boolean" -> OutputColumn::truth;
      case "string" -> Writable::toString;
      case "binary" -> OutputColumn::bytes;
      case "timestamp" ->
          times == TimeClasses.JAVA_TIME
              ? value -> Instant.ofEpochMilli(whole(value))
              : value -> new Timestamp(whole(value));
      case "timestamp_ntz" ->
          value -> LocalDateTime.ofInstant(Instant.ofEpochMilli(whole(value)), ZoneOffset.UTC);
      case "date" ->
          times == TimeClasses.JAVA_TIME
              ? OutputColumn::date
              : value -> java.sql.Date.valueOf(date(value));
      default ->
          throw new IllegalArgumentException(
              "DataVec values cannot be written as " + type.catalogString());
    };
  }

  private static long whole(Writable value) {
    if (value instanceof Text) {
      return Long.parseLong(value.toString());
    }
    if (value instanceof DoubleWritable || value instanceof FloatWritable) {
      return new BigDecimal(value.toDouble()).longValueExact();
    }
    return value.toLong();
  }

  private static long within(long value, long min, long max) {
    if (value < min || value > max) {
      throw new ArithmeticException(value + " is outside [" + min + ", " + max + "]");
    }
    return value;
  }

  private static BigDecimal decimal(Writable value, DecimalType type) {
    BigDecimal number =
        new BigDecimal(value.toString()).setScale(type.scale(), RoundingMode.HALF_UP);
    if (number.precision() > type.precision()) {
      throw new ArithmeticException(value + " does not fit " + type.catalogString());
    }
    return number;
  }

  private static boolean truth(Writable value) {
    if (value instanceof BooleanWritable known) {
      return known.get();
    }
    return switch (value.toString()) {
      case "true", "True", "TRUE", "1" -> true;
      case "false", "False", "FALSE", "0" -> false;
      default -> throw new IllegalArgumentException("'" + value + "' is neither true nor false");
    };
  }

  private static LocalDate date(Writable value) {
    return LocalDate.ofEpochDay(Math.floorDiv(whole(value), InputColumn.MILLIS_PER_DAY));
  }

  private static byte[] bytes(Writable value) {
    if (value instanceof BytesWritable bytes) {
      return bytes.getContent();
    }
    throw new IllegalArgumentException("a " + value.getType() + " writable holds no bytes");
  }

  private static Object[] boxedDoubles(Writable value) {
    double[] numbers = NdArrays.values(value);
    Object[] boxed = new Object[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      boxed[i] = numbers[i];
    }
    return boxed;
  }

  private static Object[] boxedFloats(Writable value) {
    double[] numbers = NdArrays.values(value);
    Object[] boxed = new Object[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      boxed[i] = (float) numbers[i];
    }
    return boxed;
  }
}

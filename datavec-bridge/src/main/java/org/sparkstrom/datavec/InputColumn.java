// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.NDArrayMetaData;
import org.datavec.api.writable.BooleanWritable;
import org.datavec.api.writable.BytesWritable;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.FloatWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import scala.collection.JavaConverters;

/**
 * Reads the values of one Spark column as writables of one DataVec column. A conversion exists only
 * where no value can lose digits that its type holds: int is read as Long, long is not read as
 * Integer. Exceptions, as in Spark SQL itself: long and decimal are read as the nearest Double, int
 * as the nearest Float.
 */
@FunctionalInterface
interface InputColumn {
  Set<String> SMALL_INTEGERS = Set.of("byte", "short", "integer");
  long MILLIS_PER_DAY = 86_400_000L;

  /** Converts a value that is not null. */
  Writable readValue(Object value);

  /** Converts a value; null becomes {@link NullWritable}. */
  default Writable read(Object value) {
    return value == null ? NullWritable.INSTANCE : readValue(value);
  }

  /** The conversion from a Spark type to a DataVec column; empty when there is none. */
  static Optional<InputColumn> find(DataType type, ColumnMetaData column) {
    String name = type.typeName();
    boolean small = SMALL_INTEGERS.contains(name);
    boolean decimal = type instanceof DecimalType;
    InputColumn reader =
        switch (column.getColumnType()) {
          case Integer -> small ? v -> new IntWritable(((Number) v).intValue()) : null;
          case Long ->
              small || name.equals("long") ? v -> new LongWritable(((Number) v).longValue()) : null;
          case Float ->
              small || name.equals("float")
                  ? v -> new FloatWritable(((Number) v).floatValue())
                  : null;
          case Double ->
              small || decimal || Set.of("long", "float", "double").contains(name)
                  ? v -> new DoubleWritable(number(v).doubleValue())
                  : null;
          case Boolean -> name.equals("boolean") ? v -> new BooleanWritable((Boolean) v) : null;
          case String, Categorical -> name.equals("string") ? v -> new Text((String) v) : null;
          case Time ->
              Set.of("timestamp", "timestamp_ntz", "date", "long").contains(name)
                  ? v -> new LongWritable(epochMillis(v))
                  : null;
          case Bytes -> name.equals("binary") ? v -> new BytesWritable((byte[]) v) : null;
          case NDArray -> array(type, column);
        };
    return Optional.ofNullable(reader);
  }

  private static Number number(Object value) {
    return value instanceof scala.math.BigDecimal scala ? scala.bigDecimal() : (Number) value;
  }

  private static long epochMillis(Object value) {
    if (value instanceof Long millis) {
      return millis;
    } else if (value instanceof Timestamp timestamp) {
      return timestamp.getTime();
    } else if (value instanceof Instant instant) {
      return instant.toEpochMilli();
    } else if (value instanceof LocalDateTime local) {
      return local.toInstant(ZoneOffset.UTC).toEpochMilli();
    } else if (value instanceof java.sql.Date date) {
      return date.toLocalDate().toEpochDay() * MILLIS_PER_DAY;
    } else {
      return ((LocalDate) value).toEpochDay() * MILLIS_PER_DAY;
    }
  }

  private static InputColumn array(DataType type, ColumnMetaData column) {
    long[] shape =
        column instanceof NDArrayMetaData nd ? nd.getShape().clone() : new long[] {1, -1};
    if (type.equals(SQLDataTypes.VectorType())) {
      return v -> NdArrays.of(((Vector) v).toArray(), shape);
    }
    return ColumnMetadata.isNumberArray(type) ? v -> NdArrays.of(numbers(v), shape) : null;
  }

  private static double[] numbers(Object sequence) {
    var values = JavaConverters.seqAsJavaList((scala.collection.Seq<?>) sequence);
    double[] numbers = new double[values.size()];
    int i = 0;
    for (Object value : values) {
      if (value == null) {
        throw new IllegalArgumentException(
            "an array must hold no nulls, but entry " + i + " is null");
      }
      numbers[i++] = ((Number) value).doubleValue();
    }
    return numbers;
  }
}

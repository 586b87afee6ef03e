// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.date_format;
import static org.apache.spark.sql.functions.hour;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.minute;
import static org.apache.spark.sql.functions.second;
import static org.apache.spark.sql.functions.timestamp_millis;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.unix_date;
import static org.apache.spark.sql.functions.unix_millis;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.Writable;

/**
 * How the columns of a schema are stored while a process runs: as the final columns are, but with
 * times as epoch milliseconds. Spark itself converts at both ends, so that calendars and time zones
 * of {@code java.sql.Timestamp} never come in.
 */
final class StoredColumns {
  /** The last epoch millisecond, either way, that a timestamp of microseconds can hold. */
  private static final long MAX_MILLIS = Long.MAX_VALUE / 1_000;

  private StoredColumns() {}

  /** The stored columns of a schema, named by their places; arrays for one of sequences. */
  static StructType of(Schema schema) {
    StructType stored = new StructType();
    for (int i = 0; i < schema.numColumns(); i++) {
      DataType value = type(schema.getMetaData(i));
      boolean sequence = schema instanceof SequenceSchema;
      stored = stored.add("c" + i, sequence ? new ArrayType(value, true) : value, true);
    }
    return stored;
  }

  /** The type in which values of a column are stored. */
  static DataType type(ColumnMetaData column) {
    boolean time = column.getColumnType() == ColumnType.Time;
    return time ? DataTypes.LongType : ColumnMetadata.toSpark(column).dataType();
  }

  /** A DataFrame's array column of this type as it is stored for a DataVec column of sequences. */
  static Column readSequence(Column value, DataType type, ColumnMetaData column) {
    DataType element = ((ArrayType) type).elementType();
    boolean asItIs = element.equals(type(column)) || column.getColumnType() == ColumnType.NDArray;
    return asItIs ? value : transform(value, step -> read(step, element, column));
  }

  /** Stored steps of a sequence as the final column's; null where one has no place there. */
  static Column writeSequence(Column stored, ColumnMetaData column) {
    boolean asItIs = column.getColumnType() != ColumnType.Time;
    return asItIs ? stored : transform(stored, step -> CompiledRun.finished(step, column));
  }

  /** A DataFrame's column of this type as it is stored for a DataVec column. */
  static Column read(Column value, DataType type, ColumnMetaData column) {
    if (type instanceof DecimalType) {
      // The nearest double: Spark's own cast rounds twice
      return value.cast(DataTypes.StringType).cast(DataTypes.DoubleType);
    }
    return switch (column.getColumnType()) {
      case Integer, Long, Float, Double -> {
        DataType stored = ColumnMetadata.toSpark(column).dataType();
        yield type.equals(stored) ? value : JavaArithmetic.convert(value, stored);
      }
      case Time -> millis(value, type);
      default -> value;
    };
  }

  /** A stored value as the final column's. */
  static Column write(Column stored, ColumnMetaData column) {
    return column.getColumnType() == ColumnType.Time ? timestamp_millis(stored) : stored;
  }

  /** Whether a stored value has a place in the final column; empty when all have. */
  static Optional<Column> isStorable(ColumnMetaData column, Column stored) {
    return column.getColumnType() == ColumnType.Time
        ? Optional.of(stored.between(lit(-MAX_MILLIS), lit(MAX_MILLIS)))
        : Optional.empty();
  }

  /** Throws when a stored value has no place in the final column. */
  static void requireStorable(ColumnMetaData column, Object stored) {
    if (column.getColumnType() == ColumnType.Time
        && stored instanceof Long millis
        && (millis < -MAX_MILLIS || millis > MAX_MILLIS)) {
      throw new ArithmeticException(millis + " ms is beyond what a timestamp can hold");
    }
  }

  /**
   * Holds a record's times against what the final columns can hold.
   *
   * @throws InvalidValueException when one has no place there
   */
  static void requireStorable(Schema result, List<Writable> record) {
    for (int i = 0; i < record.size(); i++) {
      try {
        if (record.get(i) instanceof LongWritable w) {
          requireStorable(result.getMetaData(i), w.get());
        }
      } catch (ArithmeticException e) {
        throw new InvalidValueException(
            "column '" + result.getName(i) + "'",
            RefusedValue.ofResult(result.getName(i), record.get(i)),
            e);
      }
    }
  }

  private static Column millis(Column value, DataType type) {
    return switch (type.typeName()) {
      case "timestamp" -> unix_millis(value);
      case "timestamp_ntz" ->
          // Not by way of to_unix_timestamp, which rounds times before 1970 up
          days(value.cast(DataTypes.DateType))
              .plus(hour(value).multiply(lit(3_600_000L)))
              .plus(minute(value).multiply(lit(60_000L)))
              .plus(second(value).multiply(lit(1_000L)))
              .plus(date_format(value, "SSS").cast(DataTypes.LongType));
      case "date" -> days(value);
      default -> value;
    };
  }

  private static Column days(Column date) {
    return unix_date(date).cast(DataTypes.LongType).multiply(lit(InputColumn.MILLIS_PER_DAY));
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.writable.BooleanWritable;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.FloatWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * The kind of writable that a DataVec column holds when nothing strange happened to it, and the
 * Spark type in which such values stand between the steps of a process. Time stands as epoch
 * milliseconds, as in DataVec, so no session or default time zone touches it. NDArray columns have
 * no kind: only the row path knows them.
 */
enum ValueKind {
  INT,
  LONG,
  FLOAT,
  DOUBLE,
  BOOLEAN,
  TEXT,
  BYTES;

  /** The Spark type of such values between steps. */
  DataType type() {
    return switch (this) {
      case INT -> DataTypes.IntegerType;
      case LONG -> DataTypes.LongType;
      case FLOAT -> DataTypes.FloatType;
      case DOUBLE -> DataTypes.DoubleType;
      case BOOLEAN -> DataTypes.BooleanType;
      case TEXT -> DataTypes.StringType;
      case BYTES -> DataTypes.BinaryType;
    };
  }

  boolean isNumber() {
    return this == INT || this == LONG || this == FLOAT || this == DOUBLE;
  }

  static Optional<ValueKind> of(ColumnType type) {
    return Optional.ofNullable(
        switch (type) {
          case Integer -> INT;
          case Long, Time -> LONG;
          case Float -> FLOAT;
          case Double -> DOUBLE;
          case Boolean -> BOOLEAN;
          case String, Categorical -> TEXT;
          case Bytes -> BYTES;
          case NDArray -> null;
        });
  }

  /** A writable's value as a Java object of this kind; empty when it is of another kind. */
  Optional<Object> valueOf(Writable writable) {
    return Optional.ofNullable(
        switch (this) {
          case INT -> writable instanceof IntWritable w ? w.get() : null;
          case LONG -> writable instanceof LongWritable w ? w.get() : null;
          case FLOAT -> writable instanceof FloatWritable w ? w.get() : null;
          case DOUBLE -> writable instanceof DoubleWritable w ? w.get() : null;
          case BOOLEAN -> writable instanceof BooleanWritable w ? w.get() : null;
          case TEXT -> writable instanceof Text w ? w.toString() : null;
          case BYTES -> null;
        });
  }
}

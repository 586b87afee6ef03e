// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * What the elements of a model's input or output are. It exists because models take more than
 * float32: token numbers are int64, and texts are strings.
 */
public enum TensorType {
  FLOAT32(Float.BYTES),
  FLOAT64(Double.BYTES),
  INT8(Byte.BYTES),
  /** In Java an array of bytes, read without sign; in Spark a short. */
  UINT8(Byte.BYTES),
  INT16(Short.BYTES),
  INT32(Integer.BYTES),
  INT64(Long.BYTES),
  BOOL(Byte.BYTES),
  STRING(16);

  private final int bytes;

  TensorType(int bytes) {
    this.bytes = bytes;
  }

  /** The type of Spark that holds every value exactly. */
  public DataType columnType() {
    return switch (this) {
      case FLOAT32 -> DataTypes.FloatType;
      case FLOAT64 -> DataTypes.DoubleType;
      case INT8 -> DataTypes.ByteType;
      case UINT8, INT16 -> DataTypes.ShortType;
      case INT32 -> DataTypes.IntegerType;
      case INT64 -> DataTypes.LongType;
      case BOOL -> DataTypes.BooleanType;
      case STRING -> DataTypes.StringType;
    };
  }

  /** Bytes of an element; for a string a guess. */
  int bytes() {
    return bytes;
  }

  boolean isInteger() {
    return switch (this) {
      case INT8, UINT8, INT16, INT32, INT64 -> true;
      default -> false;
    };
  }

  /** The smallest value of an integer type. */
  long least() {
    return switch (this) {
      case INT8 -> Byte.MIN_VALUE;
      case UINT8 -> 0;
      case INT16 -> Short.MIN_VALUE;
      case INT32 -> Integer.MIN_VALUE;
      default -> Long.MIN_VALUE;
    };
  }

  /** The largest value of an integer type. */
  long greatest() {
    return switch (this) {
      case INT8 -> Byte.MAX_VALUE;
      case UINT8 -> 255;
      case INT16 -> Short.MAX_VALUE;
      case INT32 -> Integer.MAX_VALUE;
      default -> Long.MAX_VALUE;
    };
  }

  /** An array of so many elements: float[], double[], byte[], short[], int[], long[], String[]. */
  Object array(int length) {
    return switch (this) {
      case FLOAT32 -> new float[length];
      case FLOAT64 -> new double[length];
      case INT8, UINT8, BOOL -> new byte[length];
      case INT16 -> new short[length];
      case INT32 -> new int[length];
      case INT64 -> new long[length];
      case STRING -> new String[length];
    };
  }

  /** An element of such an array, boxed as {@link #columnType} has it. */
  Object element(Object array, int at) {
    return switch (this) {
      case FLOAT32 -> ((float[]) array)[at];
      case FLOAT64 -> ((double[]) array)[at];
      case INT8 -> ((byte[]) array)[at];
      case UINT8 -> (short) Byte.toUnsignedInt(((byte[]) array)[at]);
      case INT16 -> ((short[]) array)[at];
      case INT32 -> ((int[]) array)[at];
      case INT64 -> ((long[]) array)[at];
      case BOOL -> ((byte[]) array)[at] != 0;
      case STRING -> ((String[]) array)[at];
    };
  }
}

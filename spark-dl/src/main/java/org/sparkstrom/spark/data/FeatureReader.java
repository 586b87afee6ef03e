// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/**
 * Reads one row's features as float32, however the column stores them.
 *
 * <p>Dense and sparse vectors, arrays of numbers and single numbers give the same floats for the
 * same values, so a row's prediction does not depend on how it is stored. Thread-safe.
 */
public final class FeatureReader implements Serializable {
  private static final long serialVersionUID = 1L;

  /** {@link #length}: the features of the row are null. */
  public static final int NULL = -1;

  private enum Storage {
    VECTOR,
    ARRAY,
    NUMBER
  }

  private final String role;
  private final String column;
  private final int index;
  private final Storage storage;

  private FeatureReader(String role, String column, int index, Storage storage) {
    this.role = role;
    this.column = column;
    this.index = index;
    this.storage = storage;
  }

  /**
   * A reader for a column.
   *
   * @throws IllegalArgumentException if the column does not exist or cannot hold features
   */
  public static FeatureReader of(StructType schema, String column) {
    return of(schema, "features", column);
  }

  /** The same for a column in another role, whose name errors tell. */
  static FeatureReader of(StructType schema, String role, String column) {
    int index = Columns.indexOf(schema, role, column);
    DataType type = schema.fields()[index].dataType();
    return new FeatureReader(role, column, index, storageOf(role, column, type));
  }

  private static Storage storageOf(String role, String column, DataType type) {
    if (type.equals(SQLDataTypes.VectorType())) {
      return Storage.VECTOR;
    }
    if (type instanceof ArrayType array && isNumber(array.elementType())) {
      return Storage.ARRAY;
    }
    if (isNumber(type)) {
      return Storage.NUMBER;
    }
    throw new IllegalArgumentException(
        ("%s column '%s' must be a vector, an array of numbers or a number, but is %s. "
                + "Assemble the columns into a vector first (VectorAssembler); nested arrays are for "
                + "networks of sequences or images (NetworkEstimator).")
            .formatted(role, column, type.catalogString()));
  }

  static boolean isNumber(DataType type) {
    return type instanceof NumericType || type instanceof BooleanType;
  }

  /** What the column is for. */
  String role() {
    return role;
  }

  /** Name of the column. */
  public String column() {
    return column;
  }

  /** Number of features in the row, or {@link #NULL}. */
  public int length(Row row) {
    if (row.isNullAt(index)) {
      return storage == Storage.NUMBER ? 1 : NULL;
    }
    return switch (storage) {
      case VECTOR -> row.<Vector>getAs(index).size();
      case ARRAY -> row.getList(index).size();
      case NUMBER -> 1;
    };
  }

  /**
   * Writes the row's features to {@code out} from {@code offset} on; null and non-finite values are
   * written as 0.
   *
   * @return place of the first null or non-finite value, or -1 if there is none
   */
  public int read(Row row, float[] out, int offset) {
    if (row.isNullAt(index)) {
      out[offset] = 0f;
      return 0;
    }
    return switch (storage) {
      case VECTOR -> readVector(row.getAs(index), out, offset);
      case ARRAY -> readArray(row.getList(index), out, offset);
      case NUMBER -> put(number(row.get(index)), out, offset) ? -1 : 0;
    };
  }

  /** {@link #read} for a vector. */
  static int readVector(Vector vector, float[] out, int offset) {
    int invalid = -1;
    if (vector instanceof SparseVector sparse) {
      Arrays.fill(out, offset, offset + sparse.size(), 0f);
      int[] indices = sparse.indices();
      double[] values = sparse.values();
      for (int i = 0; i < indices.length; i++) {
        if (!put(values[i], out, offset + indices[i]) && invalid < 0) {
          invalid = indices[i];
        }
      }
      return invalid;
    }
    double[] values = vector instanceof DenseVector dense ? dense.values() : vector.toArray();
    for (int i = 0; i < values.length; i++) {
      if (!put(values[i], out, offset + i) && invalid < 0) {
        invalid = i;
      }
    }
    return invalid;
  }

  private static int readArray(List<?> values, float[] out, int offset) {
    int invalid = -1;
    int i = 0;
    for (Object value : values) {
      if (!put(number(value), out, offset + i) && invalid < 0) {
        invalid = i;
      }
      i++;
    }
    return invalid;
  }

  /** A number or a boolean as a double; NaN for null. */
  static double number(Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    if (value instanceof Boolean truth) {
      return truth ? 1.0 : 0.0;
    }
    return Double.NaN;
  }

  /** Writes one value as float32, or 0 and false if it is not finite. */
  static boolean put(double value, float[] out, int at) {
    float narrow = (float) value;
    boolean finite = Float.isFinite(narrow);
    out[at] = finite ? narrow : 0f;
    return finite;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import scala.collection.JavaConverters;

/**
 * How a column holds its features: as a number, an array of numbers or an ml Vector. A float column
 * stays float when it is scaled, every other number becomes a double, a vector becomes a dense one.
 */
enum FeatureColumn implements Serializable {
  NUMBER,
  ARRAY,
  VECTOR;

  /** How a column of this type holds features; empty if it holds none. */
  static Optional<FeatureColumn> find(DataType type) {
    if (type.equals(SQLDataTypes.VectorType())) {
      return Optional.of(VECTOR);
    } else if (type instanceof NumericType) {
      return Optional.of(NUMBER);
    } else if (type instanceof ArrayType array && array.elementType() instanceof NumericType) {
      return Optional.of(ARRAY);
    }
    return Optional.empty();
  }

  /** The type of the scaled column. */
  static DataType scaledType(DataType type) {
    if (type instanceof ArrayType array) {
      return DataTypes.createArrayType(scaledType(array.elementType()), false);
    } else if (type instanceof NumericType) {
      return type.equals(DataTypes.FloatType) ? type : DataTypes.DoubleType;
    }
    return type;
  }

  /** The features of a cell that is not null, as a new array; a null in an array is NaN. */
  double[] read(Object cell) {
    return switch (this) {
      case NUMBER -> new double[] {number(cell)};
      case VECTOR -> ((Vector) cell).toArray().clone();
      case ARRAY -> {
        List<?> values = JavaConverters.seqAsJavaList((scala.collection.Seq<?>) cell);
        double[] row = new double[values.size()];
        int i = 0;
        for (Object value : values) {
          row[i++] = value == null ? Double.NaN : number(value);
        }
        yield row;
      }
    };
  }

  /** A cell of this type with these features. */
  Object write(double[] row, DataType scaledType) {
    if (this == VECTOR) {
      return Vectors.dense(row);
    } else if (this == NUMBER) {
      return scaledType.equals(DataTypes.FloatType) ? (Object) (float) row[0] : (Object) row[0];
    } else if (((ArrayType) scaledType).elementType().equals(DataTypes.FloatType)) {
      float[] narrow = new float[row.length];
      for (int i = 0; i < row.length; i++) {
        narrow[i] = (float) row[i];
      }
      return narrow;
    }
    return row;
  }

  /** Adds a cell to the moments, without filling a sparse vector up. */
  void addTo(Moments moments, Object cell) {
    if (cell == null) {
      moments.addNull();
    } else if (cell instanceof SparseVector sparse) {
      moments.add(sparse);
    } else {
      moments.add(cell instanceof Vector vector ? vector.toArray() : read(cell));
    }
  }

  /** Whether the cell is there with finite numbers only. */
  boolean isValid(Object cell) {
    if (cell == null) {
      return false;
    }
    double[] values =
        cell instanceof SparseVector sparse
            ? sparse.values()
            : cell instanceof Vector vector ? vector.toArray() : read(cell);
    return areFinite(values);
  }

  /** Whether no entry is NaN or infinite. */
  static boolean areFinite(double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static double number(Object value) {
    return ((Number) value).doubleValue();
  }

  /** The types that {@link #find} takes, for messages. */
  static String accepted() {
    return "a number, an array of numbers or an ml Vector";
  }
}

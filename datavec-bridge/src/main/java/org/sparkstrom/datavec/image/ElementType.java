// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** How a prepared image is stored in its column; always [channel][row][column], flat. */
enum ElementType {
  FLOAT,
  VECTOR,
  /** One byte a sample, 0 to 255, rounded. */
  UINT8;

  DataType sparkType() {
    return switch (this) {
      case FLOAT -> DataTypes.createArrayType(DataTypes.FloatType, false);
      case VECTOR -> SQLDataTypes.VectorType();
      case UINT8 -> DataTypes.BinaryType;
    };
  }

  /** The column's value of these samples. */
  Object value(float[] samples) {
    return switch (this) {
      case FLOAT -> samples;
      case VECTOR -> {
        double[] wide = new double[samples.length];
        for (int i = 0; i < wide.length; i++) {
          wide[i] = samples[i];
        }
        yield Vectors.dense(wide);
      }
      case UINT8 -> {
        byte[] bytes = new byte[samples.length];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) Math.max(0, Math.min(255, Math.round(samples[i])));
        }
        yield bytes;
      }
    };
  }
}

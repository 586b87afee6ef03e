// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import java.io.Serializable;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.data.Cell;
import org.sparkstrom.spark.data.Columns;
import org.sparkstrom.spark.data.TensorReader;
import org.sparkstrom.spark.network.NetworkInput.Form;

/**
 * Reads one column of a stored row as float32, and gives what a {@link TensorReader} gives for the
 * row as an object. Immutable.
 */
public abstract sealed class StoredReader implements Serializable
    permits StoredVectorReader, StoredArrayReader, ConvertedReader {
  private static final long serialVersionUID = 1L;

  private final String column;

  StoredReader(String column) {
    this.column = column;
  }

  /**
   * A reader for a column.
   *
   * @param role what the column is for, as errors call it
   * @throws IllegalArgumentException if the column does not exist or cannot hold such a tensor
   */
  public static StoredReader of(StructType schema, String role, String column, Form form) {
    TensorReader.of(schema, role, column, form); // refuses what does not fit
    int index = Columns.indexOf(schema, role, column);
    StructField field = schema.fields()[index];
    DataType type = field.dataType();
    if (form != Form.SEQUENCE && type.equals(SQLDataTypes.VectorType())) {
      return new StoredVectorReader(column, index);
    }
    if (form != Form.SEQUENCE
        && type instanceof ArrayType array
        && (array.elementType().equals(DataTypes.DoubleType)
            || array.elementType().equals(DataTypes.FloatType))) {
      return new StoredArrayReader(
          column, index, array.elementType().equals(DataTypes.DoubleType), array.containsNull());
    }
    StructType alone = new StructType(new StructField[] {field});
    return new ConvertedReader(column, index, type, TensorReader.of(alone, role, column, form));
  }

  /** Name of the column. */
  public String column() {
    return column;
  }

  /** A reader for one thread. */
  StoredReader open() {
    return this;
  }

  /** Reads the row's value into the cell; null and non-finite values become 0. */
  abstract Cell.Content read(InternalRow row, Cell cell);

  /** Writes one value as float32, or 0 and where it stood if it is not finite. */
  static void put(float value, float[] out, int place, Cell cell) {
    if (Math.abs(value) <= Float.MAX_VALUE) {
      out[place] = value;
    } else {
      out[place] = 0f;
      cell.invalidAt(place);
    }
  }
}

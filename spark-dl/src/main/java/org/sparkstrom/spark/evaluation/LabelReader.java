// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.evaluation;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.data.FeatureReader;

/** Reads the label of a row as the network's output has it. */
sealed interface LabelReader extends Serializable {

  /** Values of a label. */
  int size();

  /** Name of the column. */
  String column();

  /** The same for rows of another schema. */
  LabelReader in(StructType schema);

  /**
   * Reads a label.
   *
   * @param out receives {@link #size} values from {@code offset} on
   * @return false if the label is null, not finite, or no class of the network
   */
  boolean read(Row row, float[] out, int offset);

  /**
   * The index of a class, which becomes a one-hot vector.
   *
   * @param index place of the column
   * @param size number of classes
   */
  record ClassIndex(String column, int index, int size) implements LabelReader {

    @Override
    public LabelReader in(StructType schema) {
      return new ClassIndex(column, schema.fieldIndex(column), size);
    }

    @Override
    public boolean read(Row row, float[] out, int offset) {
      if (row.isNullAt(index)) {
        return false;
      }
      double label = ((Number) row.get(index)).doubleValue();
      if (label < 0 || label >= size || label != Math.rint(label)) {
        return false;
      }
      Arrays.fill(out, offset, offset + size, 0f);
      out[offset + (int) label] = 1f;
      return true;
    }
  }

  /** Numbers as they are. */
  record Values(FeatureReader reader, int size) implements LabelReader {

    @Override
    public String column() {
      return reader.column();
    }

    @Override
    public LabelReader in(StructType schema) {
      return new Values(FeatureReader.of(schema, reader.column()), size);
    }

    @Override
    public boolean read(Row row, float[] out, int offset) {
      return reader.length(row) == size && reader.read(row, out, offset) < 0;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of the perturbed rows: those of the data, in which samples of the explained ones
 * stand, and three beside them that tell which sample of which row it is. The row as it was goes
 * with its first sample, so that the model may change all columns but these three.
 *
 * @param width number of the data's columns
 * @param places of the explained columns among them
 */
record SampleColumns(int width, List<Integer> places) implements Serializable {
  static final String ROW = "__sparkstrom_explained_row";
  static final String NUMBER = "__sparkstrom_explained_number";
  static final String SAMPLE = "__sparkstrom_explained_sample";
  static final List<String> ADDED = List.of(ROW, NUMBER, SAMPLE);

  /** The sample number of a row that is not explained. */
  static final int UNEXPLAINED = -1;

  /** The schema of the perturbed rows, with the metadata of the data's. */
  static StructType schema(StructType data) {
    StructType row = new StructType();
    for (int i = 0; i < data.length(); i++) {
      StructField field = data.fields()[i];
      row = row.add("_" + i, field.dataType(), field.nullable());
    }
    StructField[] samples = data.fields().clone();
    for (int i = 0; i < samples.length; i++) {
      // Samples of a column that has no nulls have some where the background has
      samples[i] =
          new StructField(samples[i].name(), samples[i].dataType(), true, samples[i].metadata());
    }
    return new StructType(samples)
        .add(ROW, row, true)
        .add(NUMBER, DataTypes.LongType, false)
        .add(SAMPLE, DataTypes.IntegerType, false);
  }

  /** The values of the explained columns in a row of the data. */
  Object[] inputs(Row row) {
    return places.stream().map(row::get).toArray();
  }

  /**
   * A perturbed row.
   *
   * @param row of the data
   * @param inputs values of the explained columns
   * @param sample its number; the first goes with the row as it was
   */
  Row sample(Row row, Object[] inputs, RowNumber number, int sample) {
    Object[] values = values(row, width + ADDED.size());
    if (sample <= 0) {
      values[width] = RowFactory.create(values(row, width));
    }
    values[width + 1] = number.value();
    values[width + 2] = sample;
    for (int i = 0; i < inputs.length; i++) {
      values[places.get(i)] = inputs[i];
    }
    return RowFactory.create(values);
  }

  /** A row's values, with room behind them. */
  Object[] values(Row row, int length) {
    Object[] values = new Object[Math.max(width, length)];
    Arrays.setAll(values, i -> i < width ? row.get(i) : null);
    return values;
  }
}

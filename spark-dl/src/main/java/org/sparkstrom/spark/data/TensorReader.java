// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.network.NetworkInput.Form;

/**
 * Reads one column's value of a row as float32, in the form that an input or an output of a network
 * has.
 *
 * <p>The same values give the same floats however the column stores them. Thread-safe, as long as
 * each thread brings its own {@link Cell}.
 */
public sealed interface TensorReader extends Serializable
    permits FlatReader, SequenceReader, ImageReader, ClassReader {

  /**
   * A reader for a column.
   *
   * @param role what the column is for, as errors call it, such as "features"
   * @throws IllegalArgumentException if the column does not exist or cannot hold such a tensor
   */
  static TensorReader of(StructType schema, String role, String column, Form form) {
    return switch (form) {
      case FLAT -> new FlatReader(FeatureReader.of(schema, role, column));
      case SEQUENCE -> SequenceReader.of(schema, role, column);
      case IMAGE ->
          ImageReader.isNested(schema, role, column)
              ? ImageReader.of(schema, role, column)
              : new FlatReader(FeatureReader.of(schema, role, column));
    };
  }

  /** What the column is for. */
  String role();

  /** Name of the column. */
  String column();

  /** Reads the row's value into the cell; null and non-finite values become 0. */
  Cell.Content read(Row row, Cell cell);
}

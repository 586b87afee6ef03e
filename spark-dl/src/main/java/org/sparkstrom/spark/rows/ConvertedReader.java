// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.sparkstrom.spark.data.Cell;
import org.sparkstrom.spark.data.TensorReader;
import scala.Function1;

/** Reads any column that a network can take, as the object that Spark makes of its value. */
final class ConvertedReader extends StoredReader {
  private static final long serialVersionUID = 1L;

  private final int index;
  private final DataType type;
  private final TensorReader reader; // of a row of this column alone
  private final transient Function1<Object, Object> converter; // null before it is opened

  ConvertedReader(String column, int index, DataType type, TensorReader reader) {
    this(column, index, type, reader, null);
  }

  private ConvertedReader(
      String column,
      int index,
      DataType type,
      TensorReader reader,
      Function1<Object, Object> converter) {
    super(column);
    this.index = index;
    this.type = type;
    this.reader = reader;
    this.converter = converter;
  }

  @Override
  StoredReader open() {
    return new ConvertedReader(
        column(), index, type, reader, CatalystTypeConverters.createToScalaConverter(type));
  }

  @Override
  Cell.Content read(InternalRow row, Cell cell) {
    Object value = row.isNullAt(index) ? null : converter.apply(row.get(index, type));
    return reader.read(RowFactory.create(value), cell);
  }
}

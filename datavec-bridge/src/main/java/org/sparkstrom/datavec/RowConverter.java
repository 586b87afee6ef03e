// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.Writable;

/**
 * Converts rows to DataVec records and back, column by column in the order of the columns.
 *
 * <p>A null is a {@code NullWritable} and the other way round. A value that does not fit its column
 * raises an {@link IllegalArgumentException} that names the column. Immutable, but not
 * serializable: build one per partition, inside the task.
 */
public final class RowConverter {
  private final StructType columns;
  private final List<InputColumn> readers = new ArrayList<>();
  private final List<OutputColumn> writers = new ArrayList<>();

  /** A converter for rows of these columns and records of the schema that they translate to. */
  public RowConverter(StructType columns) {
    this(columns, SparkSchemas.toDataVec(columns), TimeClasses.JAVA_SQL);
  }

  /**
   * A converter for rows of these columns and records of this schema.
   *
   * @param times the classes of timestamps and dates in rows that {@link #toRow} makes; {@link
   *     #toRecord} reads both
   * @throws IllegalArgumentException when the two have different column counts, or a column's Spark
   *     type cannot be read as its DataVec type
   */
  public RowConverter(StructType columns, Schema schema, TimeClasses times) {
    if (columns.size() != schema.numColumns()) {
      throw new IllegalArgumentException(
          "rows and records must have equally many columns, but there are "
              + columns.size()
              + " Spark columns and "
              + schema.numColumns()
              + " DataVec columns");
    }
    this.columns = columns;
    for (int i = 0; i < columns.size(); i++) {
      StructField field = columns.fields()[i];
      ColumnMetaData column = schema.getMetaData(i);
      readers.add(
          InputColumn.find(field.dataType(), column)
              .orElseThrow(
                  () -> new IllegalArgumentException(InputBinding.conflict(field, column))));
      writers.add(OutputColumn.of(field.dataType(), times));
    }
  }

  /** The record of this row. */
  public List<Writable> toRecord(Row row) {
    requireWidth(row.size());
    List<Writable> record = new ArrayList<>(readers.size());
    for (int i = 0; i < readers.size(); i++) {
      try {
        record.add(readers.get(i).read(row.get(i)));
      } catch (RuntimeException e) {
        throw refused(i, row.get(i), e);
      }
    }
    return record;
  }

  /** The row of this record. */
  public Row toRow(List<Writable> record) {
    requireWidth(record.size());
    Object[] values = new Object[writers.size()];
    for (int i = 0; i < values.length; i++) {
      try {
        values[i] = writers.get(i).write(record.get(i));
      } catch (RuntimeException e) {
        throw refused(i, record.get(i), e);
      }
    }
    return RowFactory.create(values);
  }

  private void requireWidth(int width) {
    if (width != columns.size()) {
      throw new IllegalArgumentException(
          "expected "
              + columns.size()
              + " values "
              + List.of(columns.fieldNames())
              + ", got "
              + width);
    }
  }

  private IllegalArgumentException refused(int column, Object value, RuntimeException cause) {
    StructField field = columns.fields()[column];
    return new IllegalArgumentException(
        "column '"
            + field.name()
            + "' "
            + field.dataType().catalogString()
            + " cannot hold the value "
            + value
            + ": "
            + cause.getMessage(),
        cause);
  }
}

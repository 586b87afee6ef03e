// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.spark.data.Cell;
import scala.Function1;

/**
 * The rows of a partition as they are stored: one is read at a time, and those that wait for a
 * batch are held. Not thread-safe.
 */
public final class PartitionRows {

  private final Iterator<InternalRow> rows;
  private final StructType schema;
  private final List<StoredReader> readers;
  private final List<Function1<Object, Object>> converters;
  private final HeldRows held = new HeldRows();
  private final UnsafeRow before;
  private final GenericInternalRow after;
  private final AppendedRow appended;
  private UnsafeRow current;
  private UnsafeProjection projection; // for rows in another form, once there is one

  PartitionRows(
      Iterator<InternalRow> rows,
      StructType schema,
      List<StoredReader> readers,
      List<StructField> appended) {
    this.rows = rows;
    this.schema = schema;
    this.readers = readers.stream().map(StoredReader::open).toList();
    this.converters =
        appended.stream()
            .map(field -> CatalystTypeConverters.createToCatalystConverter(field.dataType()))
            .toList();
    this.before = new UnsafeRow(schema.length());
    this.current = before;
    this.after = new GenericInternalRow(appended.size());
    this.appended = new AppendedRow(new JoinedRow(before, after));
  }

  /** True if there is a row after the current one, which this call may overwrite. */
  public boolean hasNext() {
    return rows.hasNext();
  }

  /** Makes the next row the current one. */
  public void next() {
    InternalRow row = rows.next();
    if (row instanceof UnsafeRow stored) {
      current = stored;
    } else {
      if (projection == null) {
        projection = UnsafeProjection.create(schema);
      }
      current = projection.apply(row);
    }
  }

  /**
   * Reads a column of the current row.
   *
   * @param reader which of the readers
   */
  public Cell.Content read(int reader, Cell cell) {
    return readers.get(reader).read(current, cell);
  }

  /** Holds a copy of the current row. */
  public void hold() {
    held.add(current);
  }

  /** Number of rows that are held. */
  public int held() {
    return held.size();
  }

  /** Lets go of all rows that are held. */
  public void clear() {
    held.clear();
  }

  /**
   * A held row with further columns; the same object until the next call.
   *
   * @param row its place among those held
   * @param values of the appended columns, as a {@code Row} has them
   */
  public AppendedRow append(int row, Object[] values) {
    held.get(row, before);
    for (int i = 0; i < values.length; i++) {
      after.update(i, converters.get(i).apply(values[i]));
    }
    return appended;
  }
}

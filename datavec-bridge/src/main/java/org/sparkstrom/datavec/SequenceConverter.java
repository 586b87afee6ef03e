// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.writable.Writable;

/**
 * Converts rows of array columns to DataVec sequences and back: what {@link RowConverter} is for
 * single records. A sequence is a list of time steps, each of one value for each column, so that
 * every step is as wide as the schema.
 *
 * <p>A null within an array is a {@code NullWritable} and the other way round. A value that does
 * not fit its column, or arrays of different lengths, raise an {@link IllegalArgumentException}
 * that names the column. Immutable, but not serializable: build one per partition, inside the task.
 */
public final class SequenceConverter {
  private final SequenceSchema schema;
  private final int width;
  private final SequenceReader reader;
  private final SequenceWriter writer;

  /** A converter for rows of these columns and sequences of the schema that they translate to. */
  public SequenceConverter(StructType columns) {
    this(columns, SparkSchemas.toSequences(columns), TimeClasses.JAVA_SQL);
  }

  /**
   * A converter for rows of these columns and sequences of this schema.
   *
   * @param times the classes of timestamps and dates in rows that {@link #toRow} makes; {@link
   *     #toSequence} reads both
   * @throws IllegalArgumentException when the two have different column counts, a column is no
   *     array, or its elements cannot be read as values of its DataVec type
   */
  public SequenceConverter(StructType columns, SequenceSchema schema, TimeClasses times) {
    if (columns.size() != schema.numColumns()
        || !Arrays.stream(columns.fields()).allMatch(SequenceReader::isArray)) {
      throw new IllegalArgumentException(
          "rows of sequences must have an array for each of the columns "
              + schema.getColumnNames()
              + ", but have "
              + columns.catalogString());
    }
    this.schema = schema;
    this.width = columns.size();
    this.reader = SequenceReader.of(schema, HandleInvalid.ERROR, columns);
    this.writer = SequenceWriter.of(schema, false, HandleInvalid.ERROR, columns, times);
  }

  /** The columns of the sequences. */
  public SequenceSchema schema() {
    return schema;
  }

  /** The sequence of this row. */
  public List<List<Writable>> toSequence(Row row) {
    requireWidth(row.size());
    try {
      return reader.read(row);
    } catch (InvalidValueException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The row of this sequence. */
  public Row toRow(List<List<Writable>> sequence) {
    sequence.forEach(step -> requireWidth(step.size()));
    try {
      Object[] arrays = writer.write(sequence, 0);
      List<Object> values = new ArrayList<>();
      for (Object array : arrays) {
        values.add(scala.collection.JavaConverters.asScalaBuffer(Arrays.asList((Object[]) array)));
      }
      return RowFactory.create(values.toArray());
    } catch (InvalidValueException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private void requireWidth(int found) {
    if (found != width) {
      throw new IllegalArgumentException(
          "expected " + width + " values " + schema.getColumnNames() + ", got " + found);
    }
  }
}

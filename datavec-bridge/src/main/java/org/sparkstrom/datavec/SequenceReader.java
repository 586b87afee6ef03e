// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;

/**
 * Reads a sequence, a list of time steps, from the first columns of a row, which are arrays. Built
 * in a task, once for a partition.
 *
 * @param schema the columns of a time step
 */
record SequenceReader(Schema schema, HandleInvalid policy, List<InputColumn> readers) {

  /**
   * A reader of these columns.
   *
   * @throws IllegalArgumentException when one of them cannot be read as its DataVec column
   */
  static SequenceReader of(Schema schema, HandleInvalid policy, StructType input) {
    List<InputColumn> readers = new ArrayList<>();
    for (int i = 0; i < schema.numColumns(); i++) {
      StructField step = ColumnMetadata.step(input.fields()[i]);
      String conflict = InputBinding.conflict(step, schema.getMetaData(i));
      readers.add(
          InputColumn.find(step.dataType(), schema.getMetaData(i))
              .orElseThrow(() -> new IllegalArgumentException(conflict)));
    }
    return new SequenceReader(schema, policy, readers);
  }

  /** Whether a Spark column can hold sequences at all. */
  static boolean isArray(StructField field) {
    return field.dataType() instanceof ArrayType;
  }

  /**
   * The sequence of this row. Under {@link HandleInvalid#KEEP} an array that is null or shorter
   * than another is filled up with nulls.
   *
   * @throws InvalidValueException when a value does not fit its column, or an array is null or of
   *     another length than the first, and the policy is not to keep it
   */
  List<List<Writable>> read(Row row) {
    List<List<Object>> columns = columns(row);
    int length = columns.stream().mapToInt(List::size).max().orElse(0);
    List<List<Writable>> sequence = new ArrayList<>(length);
    for (int step = 0; step < length; step++) {
      List<Writable> values = new ArrayList<>(readers.size());
      for (int i = 0; i < readers.size(); i++) {
        List<Object> column = columns.get(i);
        values.add(read(i, step, step < column.size() ? column.get(step) : null));
      }
      sequence.add(values);
    }
    return sequence;
  }

  private List<List<Object>> columns(Row row) {
    List<List<Object>> columns = new ArrayList<>(readers.size());
    for (int i = 0; i < readers.size(); i++) {
      boolean absent = row.isNullAt(i);
      if (absent && policy != HandleInvalid.KEEP) {
        throw refused(i, null, "the sequence is null");
      }
      List<Object> values = absent ? List.of() : new ArrayList<>(row.getList(i));
      columns.add(values);
      int first = columns.get(0).size();
      if (values.size() != first && policy != HandleInvalid.KEEP) {
        throw refused(
            i,
            values,
            "all columns of a sequence must have equally many time steps, but there are "
                + values.size()
                + " here and "
                + first
                + " in column '"
                + schema.getName(0)
                + "'");
      }
    }
    return columns;
  }

  private Writable read(int column, int step, Object value) {
    try {
      return readers.get(column).read(value);
    } catch (RuntimeException e) {
      if (policy != HandleInvalid.KEEP) {
        String name = schema.getName(column);
        throw new InvalidValueException(
            "column '" + name + "', time step " + (step + 1), RefusedValue.ofInput(name, value), e);
      }
      return NullWritable.INSTANCE;
    }
  }

  private InvalidValueException refused(int column, Object value, String reason) {
    String name = schema.getName(column);
    return new InvalidValueException(
        "column '" + name + "'",
        RefusedValue.ofInput(name, value),
        new IllegalArgumentException(reason));
  }
}

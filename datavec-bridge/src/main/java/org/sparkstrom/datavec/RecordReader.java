// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;

/**
 * Reads the record that a run of steps starts with from the first columns of a row. Built in a
 * task, once for a partition.
 *
 * @param schema the columns before the first step
 */
record RecordReader(Schema schema, HandleInvalid policy, List<InputColumn> readers) {

  static RecordReader of(
      TransformProcess process, StepRange steps, HandleInvalid policy, StructType input) {
    return of(StepRange.schemaAt(process, Step.of(process), steps.from()), policy, input);
  }

  /** A reader of records of this schema from the first of these columns. */
  static RecordReader of(Schema schema, HandleInvalid policy, StructType input) {
    List<InputColumn> readers = new ArrayList<>();
    for (int i = 0; i < schema.numColumns(); i++) {
      readers.add(
          InputColumn.find(input.fields()[i].dataType(), schema.getMetaData(i)).orElseThrow());
    }
    return new RecordReader(schema, policy, readers);
  }

  List<String> columns() {
    return schema.getColumnNames();
  }

  /** The values of the row that the record is made of. */
  List<Object> values(Row row) {
    List<Object> values = new ArrayList<>(readers.size());
    for (int i = 0; i < readers.size(); i++) {
      values.add(row.get(i));
    }
    return values;
  }

  /**
   * The record of this row.
   *
   * @throws InvalidValueException when a value does not fit its column, and the policy is not to
   *     keep it
   */
  List<Writable> read(Row row) {
    List<Writable> record = new ArrayList<>(readers.size());
    for (int i = 0; i < readers.size(); i++) {
      try {
        record.add(readers.get(i).read(row.get(i)));
      } catch (RuntimeException e) {
        if (policy != HandleInvalid.KEEP) {
          throw new InvalidValueException(
              "column '" + schema.getName(i) + "'",
              RefusedValue.ofInput(schema.getName(i), row.get(i)),
              e);
        }
        record.add(NullWritable.INSTANCE);
      }
    }
    return record;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;

/**
 * Finds the rows that a process refuses, in a task, and says what refused them and why: all steps,
 * or those up to the first one over many rows, behind which the rows are no more. Only this record
 * crosses into the task.
 *
 * @param json the process
 * @param input the columns that come in: the stored columns of the initial schema, then the
 *     original row as a struct
 */
record RefusedRowTask(String json, StructType input) implements MapPartitionsFunction<Row, Row> {

  /** The columns of what it gives for rows of these columns. */
  static StructType output(StructType row) {
    return new StructType()
        .add("step", DataTypes.StringType)
        .add("column", DataTypes.StringType)
        .add("value", DataTypes.StringType)
        .add("reason", DataTypes.StringType)
        .add("row", row);
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    TransformProcess process = ProcessJson.read(json);
    StepRange rowwise = StepRange.rowwise(process);
    RecordReader reader = RecordReader.of(process, rowwise, HandleInvalid.ERROR, input);
    StepRunner runner = new StepRunner(process, rowwise, HandleInvalid.ERROR);
    RecordWriter writer =
        RecordWriter.of(runner.outcome(), rowwise.checksResult(), HandleInvalid.ERROR);
    return new PresentValues<>(
        rows,
        row -> {
          try {
            Optional<List<Writable>> record = runner.run(reader.read(row));
            record.ifPresent(values -> writer.write(values, 0));
            return Optional.empty();
          } catch (InvalidValueException e) {
            RefusedValue refused = e.refused();
            Object original = row.get(input.size() - 1);
            return Optional.of(
                RowFactory.create(
                    refused.step(), refused.column(), refused.value(), e.reason(), original));
          }
        });
  }
}

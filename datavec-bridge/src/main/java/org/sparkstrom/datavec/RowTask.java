// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;

/**
 * The steps of a process that run in DataVec itself, in a task: reads a partition's rows, runs the
 * steps, writes rows. Only this record crosses into the task.
 *
 * @param json the process
 * @param steps those of its steps that are run
 * @param input the columns that come in: first those of the schema before the steps, with times as
 *     epoch milliseconds, then those that are passed through
 */
record RowTask(String json, StepRange steps, HandleInvalid policy, StructType input)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Partition partition = new Partition(this);
    return new PresentValues<>(rows, partition::transform);
  }

  /** What a task builds once per partition. */
  private static final class Partition {
    private final RowTask task;
    private final RecordReader reader;
    private final StepRunner runner;
    private final InvalidRows invalid;
    private final List<OutputColumn> writers = new ArrayList<>();
    private final Schema outcome;

    Partition(RowTask task) {
      this.task = task;
      TransformProcess process = TransformProcess.fromJson(task.json);
      reader = RecordReader.of(process, task.steps, task.policy, task.input);
      runner = new StepRunner(process, task.steps, task.policy);
      invalid = new InvalidRows(task.policy, reader.columns());
      outcome = runner.outcome();
      for (StructField field : StoredColumns.of(outcome).fields()) {
        writers.add(OutputColumn.of(field.dataType(), TimeClasses.JAVA_TIME));
      }
    }

    Optional<Row> transform(Row row) {
      try {
        return runner.run(reader.read(row)).map(record -> write(record, row));
      } catch (InvalidValueException e) {
        return invalid.handle(e, () -> reader.values(row));
      }
    }

    private Row write(List<Writable> record, Row source) {
      int passed = source.size() - reader.columns().size();
      Object[] values = new Object[writers.size() + passed];
      for (int i = 0; i < writers.size(); i++) {
        Writable value = record.get(i);
        try {
          values[i] = writers.get(i).write(value);
          if (task.steps.checksResult()) {
            StoredColumns.requireStorable(outcome.getMetaData(i), values[i]);
          }
        } catch (RuntimeException e) {
          if (task.policy != HandleInvalid.KEEP) {
            throw new InvalidValueException("column '" + outcome.getName(i) + "'", e);
          }
          values[i] = writers.get(i).write(NullWritable.INSTANCE);
        }
      }
      for (int i = 0; i < passed; i++) {
        values[writers.size() + i] = source.get(reader.columns().size() + i);
      }
      return RowFactory.create(values);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;

/**
 * The steps of a process that run in DataVec itself, in a task: reads a partition's rows, runs the
 * steps, writes rows. Only this record crosses into the task.
 *
 * @param json the process
 * @param steps those of its steps that are run
 * @param input the columns that come in: first those of the schema before the steps, with times as
 *     epoch milliseconds, then those that are passed through
 * @param skipped where rows that are left out are counted
 */
record RowTask(
    String json, StepRange steps, HandleInvalid policy, StructType input, SkipCount skipped)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Partition partition = new Partition(this);
    return new PresentValues<>(rows, partition::transform);
  }

  /** What a task builds once per partition. */
  private static final class Partition {
    private final RecordReader reader;
    private final StepRunner runner;
    private final InvalidRows invalid;
    private final RecordWriter writer;

    Partition(RowTask task) {
      TransformProcess process = ProcessJson.read(task.json);
      reader = RecordReader.of(process, task.steps, task.policy, task.input);
      runner = new StepRunner(process, task.steps, task.policy);
      invalid = new InvalidRows(task.policy, reader.columns(), task.skipped);
      writer = RecordWriter.of(runner.outcome(), task.steps.checksResult(), task.policy);
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
      Object[] values = writer.write(record, passed);
      for (int i = 0; i < passed; i++) {
        values[values.length - passed + i] = source.get(reader.columns().size() + i);
      }
      return RowFactory.create(values);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.writable.Writable;

/**
 * The steps of a process that work on sequences, in a task: reads or gathers one sequence after
 * another, runs the steps in DataVec, writes rows. One sequence at a time is in memory. Only this
 * record crosses into the task.
 *
 * @param json the process
 * @param steps those of its steps that are run
 * @param input the columns that come in: those of the schema before the steps, as they are stored,
 *     then those that are passed through, or, before a grouping, the row's place; rows are then
 *     sorted by key and place
 * @param passed the names of what is passed through: columns, or the keys of a grouping
 * @param skipped where sequences that are left out are counted
 */
record SequenceTask(
    String json,
    StepRange steps,
    HandleInvalid policy,
    StructType input,
    List<String> passed,
    SkipCount skipped)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Partition partition = new Partition(this);
    return partition.pass.isGrouping()
        ? new ManyValues<>(new SortedGroups(rows, partition.pass.keys()), partition::transform)
        : new ManyValues<>(rows, row -> partition.transform(List.of(row)));
  }

  /** What a task builds once per partition. */
  private static final class Partition implements SequenceRunner.Results {
    private final SequenceTask task;
    private final SequencePass pass;
    private final Function<List<Row>, List<List<Writable>>> reader;
    private final SequenceRunner runner;
    private final BiFunction<List<List<Writable>>, Integer, Object[]> writer;
    private List<Object> passed = List.of();

    Partition(SequenceTask task) {
      TransformProcess process = ProcessJson.read(task.json);
      this.task = task;
      this.pass = SequencePass.of(process, task.steps);
      this.reader = reader(process, task, pass.input());
      this.runner = new SequenceRunner(process, task.steps, task.policy, this);
      this.writer = writer(task, pass.output());
    }

    List<Row> transform(List<Row> rows) {
      passed = passed(rows.get(0));
      List<Row> output = new ArrayList<>();
      List<List<Writable>> sequence;
      try {
        sequence = reader.apply(rows);
      } catch (InvalidValueException e) {
        refuse(e);
        return output;
      }
      runner.run(sequence, output);
      return output;
    }

    @Override
    public Row of(List<List<Writable>> outcome) {
      int more = pass.passesOn() ? passed.size() : 0;
      Object[] values = writer.apply(outcome, more);
      for (int i = 0; i < more; i++) {
        values[values.length - more + i] = passed.get(i);
      }
      return RowFactory.create(values);
    }

    @Override
    public void refuse(InvalidValueException problem) {
      List<String> columns = new ArrayList<>(task.passed);
      columns.add(problem.refused().column());
      List<Object> values = new ArrayList<>(passed);
      values.add(problem.refused().value());
      new InvalidRows(task.policy, columns, task.skipped).handle(problem, () -> values);
    }

    private List<Object> passed(Row row) {
      List<Object> values = new ArrayList<>();
      if (pass.isGrouping()) {
        pass.keys().forEach(key -> values.add(row.get(key)));
        return values;
      }
      for (int i = pass.input().numColumns(); i < row.size(); i++) {
        values.add(row.get(i));
      }
      return values;
    }

    private static Function<List<Row>, List<List<Writable>>> reader(
        TransformProcess process, SequenceTask task, Schema schema) {
      if (schema instanceof SequenceSchema) {
        SequenceReader sequences = SequenceReader.of(schema, task.policy, task.input);
        return rows -> sequences.read(rows.get(0));
      }
      RecordReader records = RecordReader.of(process, task.steps, task.policy, task.input);
      return rows -> {
        List<List<Writable>> steps = new ArrayList<>(rows.size());
        rows.forEach(row -> steps.add(records.read(row)));
        return steps;
      };
    }

    private static BiFunction<List<List<Writable>>, Integer, Object[]> writer(
        SequenceTask task, Schema schema) {
      boolean checks = task.steps.checksResult();
      if (schema instanceof SequenceSchema) {
        StructType stored = StoredColumns.of(schema);
        return SequenceWriter.of(schema, checks, task.policy, stored, TimeClasses.JAVA_TIME)::write;
      }
      RecordWriter records = RecordWriter.of(schema, checks, task.policy);
      return (record, more) -> records.write(record.get(0), more);
    }
  }
}

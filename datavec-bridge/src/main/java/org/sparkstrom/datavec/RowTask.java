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
 * The part of a DataFrame's transform that runs in a task: reads a partition's rows, runs the
 * steps, writes rows. Only this record crosses into the task.
 *
 * @param json the process
 * @param input the DataFrame's columns
 * @param binding where the process finds its columns
 */
record RowTask(
    String json, HandleInvalid policy, TimeClasses times, StructType input, InputBinding binding)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Partition partition = new Partition(this);
    return new PresentValues<>(rows, partition::transform);
  }

  /** What a task builds once per partition. */
  private static final class Partition {
    private final RowTask task;
    private final Schema initial;
    private final StepRunner steps;
    private final InvalidRows invalid;
    private final List<InputColumn> readers = new ArrayList<>();
    private final List<OutputColumn> writers = new ArrayList<>();
    private final StructField[] output;

    Partition(RowTask task) {
      this.task = task;
      TransformProcess process = TransformProcess.fromJson(task.json);
      initial = process.getInitialSchema();
      steps = new StepRunner(process, task.policy);
      invalid = new InvalidRows(task.policy, initial.getColumnNames());
      output = SparkSchemas.toSpark(steps.finalSchema()).fields();
      for (int i = 0; i < initial.numColumns(); i++) {
        StructField field = task.input.fields()[task.binding.bound().get(i)];
        readers.add(InputColumn.find(field.dataType(), initial.getMetaData(i)).orElseThrow());
      }
      for (StructField field : output) {
        writers.add(OutputColumn.of(field.dataType(), task.times));
      }
    }

    Optional<Row> transform(Row row) {
      try {
        return steps.run(read(row)).map(record -> write(record, row));
      } catch (InvalidValueException e) {
        return invalid.handle(e, () -> task.binding.bound().stream().map(row::get).toList());
      }
    }

    private List<Writable> read(Row row) {
      List<Writable> record = new ArrayList<>(readers.size());
      for (int i = 0; i < readers.size(); i++) {
        try {
          record.add(readers.get(i).read(row.get(task.binding.bound().get(i))));
        } catch (RuntimeException e) {
          record.add(nullIfKept(initial.getName(i), e));
        }
      }
      return record;
    }

    private Row write(List<Writable> record, Row source) {
      List<Integer> passed = task.binding.passedThrough();
      Object[] values = new Object[writers.size() + passed.size()];
      for (int i = 0; i < writers.size(); i++) {
        Writable value = record.get(i);
        try {
          values[i] = writers.get(i).write(value);
        } catch (RuntimeException e) {
          values[i] = writers.get(i).write(nullIfKept(output[i].name(), e));
        }
      }
      for (int i = 0; i < passed.size(); i++) {
        values[writers.size() + i] = source.get(passed.get(i));
      }
      return RowFactory.create(values);
    }

    private Writable nullIfKept(String column, RuntimeException problem) {
      if (task.policy != HandleInvalid.KEEP) {
        throw new InvalidValueException("column '" + column + "'", problem);
      }
      return NullWritable.INSTANCE;
    }
  }
}

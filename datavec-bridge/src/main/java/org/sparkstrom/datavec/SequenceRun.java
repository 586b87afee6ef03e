// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;

/**
 * A process with sequences over a DataFrame, put together as {@link SequencePlan} says. Between the
 * parts rows have the stored columns of the schema, c0, c1, ..., and those that are passed through,
 * p0, p1, ...
 *
 * <p>Rows are grouped by a shuffle and a sort by key and place, so that a group comes row by row,
 * in the order in which its rows stood in the input: the order of the partitions, and within one of
 * its rows. DataVec's comparator then sorts a group, and equal rows stay in that order, as they do
 * in DataVec.
 *
 * @param json the process, for tasks
 * @param skipped where rows and sequences that are left out are counted
 */
record SequenceRun(
    TransformProcess process,
    String json,
    HandleInvalid policy,
    SequencePlan plan,
    SkipCount skipped) {
  private static final String PLACE = "place";

  Dataset<Row> apply(Dataset<Row> data, InputBinding binding) {
    List<String> passed = new ArrayList<>();
    binding.passedThrough().forEach(place -> passed.add(data.schema().fieldNames()[place]));
    Frame frame = new Frame(CompiledRun.stored(data, process.getInitialSchema(), binding), passed);
    for (SequencePlan.Part part : plan.parts()) {
      if (part instanceof SequencePlan.Part.Rows rows) {
        frame = inRows(frame, rows.plan());
      } else if (part instanceof SequencePlan.Part.Sequences sequences) {
        frame = inSequences(frame, sequences.pass());
      }
    }
    Schema result = StepRange.schemaAt(process, plan.steps(), plan.steps().size());
    return CompiledRun.finished(frame.rows, result, binding.output());
  }

  private Frame inRows(Frame frame, StepPlan steps) {
    CompiledRun run = new CompiledRun(process, json, policy, steps, skipped);
    List<String> passed = CompiledRun.names("p", frame.passed.size());
    return new Frame(run.steps(frame.rows, passed), frame.passed);
  }

  private Frame inSequences(Frame frame, SequencePass pass) {
    Dataset<Row> rows = pass.isGrouping() ? grouped(frame.rows, pass) : frame.rows;
    List<String> named =
        pass.isGrouping()
            ? List.of(SequencePlan.keyColumns(pass.steps().get(0)).fieldNames())
            : frame.passed;
    StructType input = rows.schema();
    StructType output = StoredColumns.of(pass.output());
    List<StructField> passed = passed(pass, input);
    for (int i = 0; i < passed.size(); i++) {
      output = output.add("p" + i, passed.get(i).dataType(), true, passed.get(i).metadata());
    }
    SequenceTask task = new SequenceTask(json, pass.range(), policy, input, named, skipped);
    Dataset<Row> mapped = rows.mapPartitions(task, Encoders.row(output));
    return pass.isGrouping()
        ? new Frame(withKeys(mapped, pass), pass.passesOn() ? named : List.of())
        : new Frame(mapped, named);
  }

  /** The columns of a pass's input that its output has too. */
  private static List<StructField> passed(SequencePass pass, StructType input) {
    List<StructField> fields = List.of(input.fields());
    if (pass.isGrouping()) {
      return pass.passesOn() ? pass.keys().stream().map(fields::get).toList() : List.of();
    }
    return fields.subList(pass.input().numColumns(), fields.size());
  }

  /** The rows with their places, sorted by the keys within partitions that hold whole groups. */
  private static Dataset<Row> grouped(Dataset<Row> rows, SequencePass pass) {
    Column[] columns =
        Stream.concat(
                CompiledRun.names("c", pass.input().numColumns()).stream().map(c -> col(c)),
                Stream.of(monotonically_increasing_id().as(PLACE)))
            .toArray(Column[]::new);
    List<Column> keys = pass.keys().stream().map(key -> col("c" + key)).toList();
    Dataset<Row> placed = rows.select(columns);
    Dataset<Row> together =
        keys.isEmpty() ? placed.repartition(1) : placed.repartition(keys.toArray(Column[]::new));
    return together.sortWithinPartitions(
        Stream.concat(keys.stream(), Stream.of(col(PLACE))).toArray(Column[]::new));
  }

  /** Gives the keys, which are stored values, the types that they have for the user. */
  private static Dataset<Row> withKeys(Dataset<Row> rows, SequencePass pass) {
    if (!pass.passesOn()) {
      return rows;
    }
    List<Column> columns = new ArrayList<>();
    CompiledRun.names("c", pass.output().numColumns()).forEach(name -> columns.add(col(name)));
    for (int i = 0; i < pass.keys().size(); i++) {
      var key = pass.input().getMetaData(pass.keys().get(i));
      columns.add(CompiledRun.finished(col("p" + i), key).as("p" + i));
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  /**
   * Rows between two parts.
   *
   * @param rows the stored columns, then those that are passed through
   * @param passed the names of these for the user
   */
  private record Frame(Dataset<Row> rows, List<String> passed) {}
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
 * A run of steps of a process on whole sequences: it takes sequences, or begins with the conversion
 * to them, and ends with sequences or, behind the conversion from them, with rows.
 *
 * <p>Rows are grouped by a shuffle and a sort by key and place, so that a group comes row by row,
 * in the order in which its rows stood in the input: the order of the partitions, and within one of
 * its rows. DataVec's comparator then sorts a group, and equal rows stay in that order, as they do
 * in DataVec.
 *
 * @param range the steps
 * @param steps the same
 * @param input the columns before the first one
 * @param output the columns after the last one
 */
record SequencePass(StepRange range, List<Step> steps, Schema input, Schema output)
    implements PlanSegment {
  private static final String PLACE = "place";

  static SequencePass of(TransformProcess process, StepRange range) {
    List<Step> all = Step.of(process);
    return new SequencePass(
        range,
        all.subList(range.from(), range.to()),
        StepRange.schemaAt(process, all, range.from()),
        StepRange.schemaAt(process, all, range.to()));
  }

  /** Whether it begins with the conversion of all rows with the same key to a sequence. */
  boolean isGrouping() {
    return !steps.isEmpty() && steps.get(0).isGrouping();
  }

  /** The places of the columns that a grouping is by; none when there is no grouping. */
  List<Integer> keys() {
    List<Integer> keys = new ArrayList<>();
    if (isGrouping()) {
      steps.get(0).columns().forEach(name -> keys.add(input.getIndexOfColumn(name)));
    }
    return keys;
  }

  /**
   * Whether columns pass through beside the process's: the keys of a grouping as long as there are
   * sequences, and whatever else came in.
   */
  boolean passesOn() {
    return !isGrouping()
        || steps.stream().allMatch(step -> step.action().getConvertFromSequence() == null);
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder();
    for (Step step : steps) {
      text.append(step.describe()).append(": ");
      if (step.isGrouping()) {
        text.append("a shuffle and a sort of Spark, then ");
      }
      text.append("sequence pass, one whole sequence at a time\n");
    }
    if (range.checksResult()) {
      text.append("check of the results: sequence pass\n");
    }
    return text.toString();
  }

  @Override
  public Optional<String> whyNotOnStreams() {
    return isGrouping()
        ? Optional.of(
            "rows of a stream cannot be grouped to sequences, because a sequence is complete only"
                + " when the stream ends; apply the process in foreachBatch, where each batch has"
                + " whole sequences, or use convertToSequence() without keys")
        : Optional.empty();
  }

  @Override
  public Frame apply(Frame frame, ProcessRun run) {
    Dataset<Row> rows = isGrouping() ? grouped(frame.rows()) : frame.rows();
    List<String> named =
        isGrouping() ? List.of(ProcessPlan.keyColumns(steps.get(0)).fieldNames()) : frame.passed();
    StructType columns = rows.schema();
    StructType result = StoredColumns.of(output);
    List<StructField> passed = passed(columns);
    for (int i = 0; i < passed.size(); i++) {
      result = result.add("p" + i, passed.get(i).dataType(), true, passed.get(i).metadata());
    }
    SequenceTask task =
        new SequenceTask(run.json(), range, run.policy(), columns, named, run.skipped());
    Dataset<Row> mapped = rows.mapPartitions(task, Encoders.row(result));
    return isGrouping()
        ? new Frame(withKeys(mapped), passesOn() ? named : List.of())
        : new Frame(mapped, named);
  }

  /** Those of the columns that come in that come out too. */
  private List<StructField> passed(StructType columns) {
    List<StructField> fields = List.of(columns.fields());
    if (isGrouping()) {
      return passesOn() ? keys().stream().map(fields::get).toList() : List.of();
    }
    return fields.subList(input.numColumns(), fields.size());
  }

  /** The rows with their places, sorted by the keys within partitions that hold whole groups. */
  private Dataset<Row> grouped(Dataset<Row> rows) {
    Column[] columns =
        Stream.concat(
                CompiledRun.names("c", input.numColumns()).stream().map(c -> col(c)),
                Stream.of(monotonically_increasing_id().as(PLACE)))
            .toArray(Column[]::new);
    List<Column> keys = keys().stream().map(key -> col("c" + key)).toList();
    Dataset<Row> placed = rows.select(columns);
    Dataset<Row> together =
        keys.isEmpty() ? placed.repartition(1) : placed.repartition(keys.toArray(Column[]::new));
    return together.sortWithinPartitions(
        Stream.concat(keys.stream(), Stream.of(col(PLACE))).toArray(Column[]::new));
  }

  /** Gives the keys, which are stored values, the types that they have for the user. */
  private Dataset<Row> withKeys(Dataset<Row> rows) {
    if (!passesOn()) {
      return rows;
    }
    List<Column> columns = new ArrayList<>();
    CompiledRun.names("c", output.numColumns()).forEach(name -> columns.add(col(name)));
    for (int i = 0; i < keys().size(); i++) {
      var key = input.getMetaData(keys().get(i));
      columns.add(CompiledRun.finished(col("p" + i), key).as("p" + i));
    }
    return rows.select(columns.toArray(Column[]::new));
  }
}

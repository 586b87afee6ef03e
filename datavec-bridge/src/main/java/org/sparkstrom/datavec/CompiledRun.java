// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;

/**
 * A run of steps that see one row at a time over a DataFrame, put together as {@link StepPlan}
 * says: columns, at most one row pass, columns. Between them rows have the columns of a {@link
 * Frame}.
 *
 * @param json the process, for tasks
 * @param skipped where rows that are left out are counted
 */
record CompiledRun(
    TransformProcess process, String json, HandleInvalid policy, StepPlan plan, SkipCount skipped) {

  /** The planned steps over stored columns, beside which these columns are passed through. */
  Dataset<Row> steps(Dataset<Row> stored, List<String> passed) {
    Dataset<Row> rows = compiled(stored, plan.before(), passed);
    if (plan.hasRowPass()) {
      rows = inRows(rows, plan.rows());
      Optional<StepRange> after = plan.after();
      rows = after.isPresent() ? compiled(rows, after.get(), passed) : rows;
    }
    return rows;
  }

  /**
   * The rows that the steps before the first one over many rows refuse, with what refused them:
   * {@link RefusedRowTask}.
   */
  static Dataset<Row> refused(
      Dataset<Row> data, TransformProcess process, String json, InputBinding binding) {
    StructField[] fields = data.schema().fields();
    List<Column> columns = new ArrayList<>(read(fields, process.getInitialSchema(), binding));
    Column[] original = new Column[fields.length];
    for (int i = 0; i < fields.length; i++) {
      original[i] = col("i" + i).as(fields[i].name(), fields[i].metadata());
    }
    columns.add(struct(original).as("row"));
    Dataset<Row> rows =
        data.toDF(names("i", fields.length).toArray(String[]::new))
            .select(columns.toArray(Column[]::new));
    RefusedRowTask task = new RefusedRowTask(json, rows.schema());
    return rows.mapPartitions(task, Encoders.row(RefusedRowTask.output(data.schema())));
  }

  static List<String> names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  /** Adds the check of final values to a draft. */
  static void check(ColumnDraft draft, FinalCheck check) {
    Schema schema = draft.schema();
    for (int i = 0; i < schema.numColumns(); i++) {
      ColumnMetaData column = schema.getMetaData(i);
      Column value = draft.value(i);
      Column absent = value.isNull();
      ColumnValidity.ofResult(column, value, check.isRanged(i))
          .ifPresent(valid -> draft.mustHold(absent.or(valid)));
      StoredColumns.isStorable(column, value)
          .ifPresent(storable -> draft.mustHold(absent.or(storable)));
    }
  }

  /** A DataFrame's bound columns as they are stored, and those that are passed through. */
  static Dataset<Row> stored(Dataset<Row> data, Schema initial, InputBinding binding) {
    StructField[] fields = data.schema().fields();
    List<Column> columns = new ArrayList<>(read(fields, initial, binding));
    for (int i = 0; i < binding.passedThrough().size(); i++) {
      columns.add(col("i" + binding.passedThrough().get(i)).as("p" + i));
    }
    return data.toDF(names("i", fields.length).toArray(String[]::new))
        .select(columns.toArray(Column[]::new));
  }

  /** The stored columns of the initial schema, read from columns i0, i1, ... of these types. */
  private static List<Column> read(StructField[] fields, Schema initial, InputBinding binding) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < initial.numColumns(); i++) {
      int place = binding.bound().get(i);
      Column value = col("i" + place);
      DataType type = fields[place].dataType();
      ColumnMetaData column = initial.getMetaData(i);
      Column read =
          initial instanceof SequenceSchema
              ? StoredColumns.readSequence(value, type, column)
              : StoredColumns.read(value, type, column);
      columns.add(read.as("c" + i));
    }
    return columns;
  }

  private Dataset<Row> compiled(Dataset<Row> rows, StepRange range, List<String> passed) {
    if (range.from() == range.to() && !range.checksResult()) {
      return rows;
    }
    List<Step> steps = plan.steps();
    Schema schema = StepRange.schemaAt(process, steps, range.from());
    List<String> cells = names("c", schema.numColumns());
    List<String> carried = new ArrayList<>(passed);
    if (policy == HandleInvalid.ERROR) {
      carried.addAll(cells);
    }
    ColumnDraft draft = new ColumnDraft(schema, cells, carried, policy, refusal(rows, range));
    for (Step step : steps.subList(range.from(), range.to())) {
      StepCompiler.write(step, draft);
    }
    if (range.checksResult() && policy != HandleInvalid.KEEP) {
      check(draft, new FinalCheck(steps, draft.schema()));
    }
    draft.settle();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < draft.cells().size(); i++) {
      columns.add(col(draft.cells().get(i)).as("c" + i));
    }
    passed.forEach(name -> columns.add(col(name)));
    return draft.applyTo(rows).select(columns.toArray(Column[]::new));
  }

  private Column refusal(Dataset<Row> rows, StepRange range) {
    return switch (policy) {
      case ERROR -> {
        int count = StepRange.schemaAt(process, plan.steps(), range.from()).numColumns();
        StructType input = rows.select(columns("c", count)).schema();
        yield Refusal.of(json, range, input, names("c", count));
      }
      case SKIP, KEEP -> SkippedRow.column(policy == HandleInvalid.SKIP ? skipped : SkipCount.NONE);
    };
  }

  private Dataset<Row> inRows(Dataset<Row> rows, StepRange range) {
    StructType input = rows.schema();
    int before = StepRange.schemaAt(process, plan.steps(), range.from()).numColumns();
    StructType output = StoredColumns.of(range.outcome(process, plan.steps()));
    for (int i = before; i < input.size(); i++) {
      output = output.add(input.fields()[i]);
    }
    RowTask task = new RowTask(json, range, policy, input, skipped);
    return rows.mapPartitions(task, Encoders.row(output));
  }

  /** Gives stored columns their final types, names and metadata. */
  static Dataset<Row> finished(Dataset<Row> rows, Schema result, StructType output) {
    StructField[] now = rows.schema().fields();
    Column[] columns = new Column[output.size()];
    for (int i = 0; i < columns.length; i++) {
      StructField field = output.fields()[i];
      Column value = col(now[i].name());
      if (i < result.numColumns()) {
        ColumnMetaData column = result.getMetaData(i);
        // Announced as nullable, whatever Spark can tell of the expression
        value =
            result instanceof SequenceSchema
                ? StoredColumns.writeSequence(value, column)
                : finished(value, column);
      }
      columns[i] = value.as(field.name(), field.metadata());
    }
    return rows.select(columns);
  }

  /** A stored value as the final column's; null where it has no place there. */
  static Column finished(Column stored, ColumnMetaData column) {
    Column kept = StoredColumns.isStorable(column, stored).orElse(lit(true));
    return when(kept, StoredColumns.write(stored, column));
  }

  private static Column[] columns(String prefix, int count) {
    return names(prefix, count).stream().map(n -> col(n)).toArray(Column[]::new);
  }
}

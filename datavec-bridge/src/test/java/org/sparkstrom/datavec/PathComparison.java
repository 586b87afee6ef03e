// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.DataAction;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.transform.categorical.FirstDigitTransform;
import org.datavec.api.transform.transform.column.AddConstantColumnTransform;
import org.datavec.api.transform.transform.condition.ConditionalReplaceValueTransform;
import org.datavec.api.transform.transform.condition.ConditionalReplaceValueTransformWithDefault;
import org.datavec.api.transform.transform.string.AppendStringColumnTransform;
import org.datavec.api.transform.transform.string.BaseStringTransform;
import org.datavec.api.transform.transform.string.ConcatenateStringColumns;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;

/**
 * Holds the compiled path, the row path and DataVec's local executor against each other, bit by
 * bit. Rows carry an id that the process does not know, so that none can stand in for another.
 * Times are instants: the session must have {@code spark.sql.datetime.java8API.enabled}.
 */
final class PathComparison {
  private final TransformProcess process;
  private final String json;
  private final List<Row> rows;
  private final String context;
  private final StructType columns;
  private final RecordReader reader;
  private final StepRunner refusing;

  /**
   * @param rows values of the initial schema's columns
   * @param context what a failure must tell: the seed, the case
   */
  PathComparison(TransformProcess process, List<Row> rows, String context) {
    this.process = process;
    this.json = process.toJson();
    this.rows = rows;
    this.context = context + "\n" + process.getActionList();
    this.columns = SparkSchemas.toSpark(process.getInitialSchema());
    TransformProcess read = ProcessJson.read(json);
    this.refusing = new StepRunner(read, HandleInvalid.ERROR);
    this.reader =
        RecordReader.of(
            read,
            StepRange.all(read),
            HandleInvalid.ERROR,
            StoredColumns.of(process.getInitialSchema()));
  }

  /** Everything that must agree agrees. */
  void verify() {
    DataVecTransform compiled = DataVecTransform.of(process);
    List<Object> kept = results(compiled, HandleInvalid.KEEP, rows);
    assertThat(kept).as(context).isEqualTo(inRows(HandleInvalid.KEEP));
    verifyAgainstLocalExecutor(kept);
    List<Object> valid = inRows(HandleInvalid.SKIP);
    Optional<Row> refused = rows.stream().filter(row -> refusal(row).isPresent()).findFirst();
    if (refused.isPresent()) {
      assertThat(results(compiled, HandleInvalid.SKIP, rows)).as(context).isEqualTo(valid);
      verifyRefusal(compiled, refused.get());
    } else {
      assertThat(results(compiled, HandleInvalid.ERROR, rows)).as(context).isEqualTo(valid);
    }
  }

  /** What the row path's task gives, without Spark. */
  private List<Object> inRows(HandleInvalid policy) {
    StructType stored = StoredColumns.of(process.getInitialSchema()).add("id", DataTypes.LongType);
    RowTask task = new RowTask(json, StepRange.all(process), policy, stored, SkipCount.NONE);
    List<Row> input = numbered(rows).stream().map(PathComparison::stored).toList();
    List<Object> results = new ArrayList<>();
    task.call(input.iterator()).forEachRemaining(row -> results.add(bits(withInstants(row), -1)));
    return results;
  }

  private static Row stored(Row row) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i) instanceof Instant t ? (Object) t.toEpochMilli() : row.get(i);
    }
    return RowFactory.create(values);
  }

  private Row withInstants(Row row) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      boolean time =
          i < values.length - 1 && process.getFinalSchema().getType(i) == ColumnType.Time;
      values[i] = time && row.get(i) != null ? Instant.ofEpochMilli(row.getLong(i)) : row.get(i);
    }
    return RowFactory.create(values);
  }

  private void verifyAgainstLocalExecutor(List<Object> kept) {
    RowConverter out =
        new RowConverter(
            SparkSchemas.toSpark(process.getFinalSchema()),
            process.getFinalSchema(),
            TimeClasses.JAVA_TIME);
    for (int id = 0; id < rows.size(); id++) {
      if (mayInventText(rows.get(id))) {
        continue;
      }
      List<List<Writable>> expected;
      try {
        expected = LocalExecutor.execute(List.of(reader.read(stored(rows.get(id)))), process);
      } catch (RuntimeException e) {
        continue; // the policies' affair
      }
      List<Object> values = new ArrayList<>();
      for (List<Writable> record : expected) {
        try {
          StoredColumns.requireStorable(process.getFinalSchema(), record);
          values.add(bits(out.toRow(record), id));
        } catch (IllegalArgumentException | InvalidValueException e) {
          values = null; // a value that no column of the announced type can hold
          break;
        }
      }
      if (values != null) {
        assertThat(found(kept, id)).as("row %s of %s", rows.get(id), context).isEqualTo(values);
      }
    }
  }

  /** DataVec's steps on text may take a null for a word, which ours refuse. */
  private boolean mayInventText(Row row) {
    return readsText(process) && (row.anyNull() || makesNull(process));
  }

  static boolean readsText(TransformProcess process) {
    return process.getActionList().stream()
        .map(DataAction::getTransform)
        .anyMatch(
            t ->
                t instanceof BaseStringTransform
                    || t instanceof AppendStringColumnTransform
                    || t instanceof ConcatenateStringColumns
                    || t instanceof FirstDigitTransform);
  }

  /** Whether a step puts a null where there was none. */
  static boolean makesNull(TransformProcess process) {
    return process.getActionList().stream()
        .anyMatch(a -> a.getTransform() != null && makesNull(a.getTransform()));
  }

  private static boolean makesNull(Transform transform) {
    if (transform instanceof AddConstantColumnTransform t) {
      return t.getFixedValue() instanceof NullWritable;
    } else if (transform instanceof ConditionalReplaceValueTransform t) {
      return t.getNewValue() instanceof NullWritable;
    }
    return transform instanceof ConditionalReplaceValueTransformWithDefault t
        && (t.getYesVal() instanceof NullWritable || t.getNoVal() instanceof NullWritable);
  }

  private void verifyRefusal(DataVecTransform compiled, Row row) {
    String expected = refusal(row).orElseThrow();

    Throwable thrown = catchThrowable(() -> results(compiled, HandleInvalid.ERROR, List.of(row)));

    assertThat(invalidRow(thrown)).as("%s, row %s, thrown %s", context, row, thrown).isNotNull();
    assertThat(invalidRow(thrown).getMessage()).as(context).startsWith(expected);
  }

  /** The refusal of a row among the causes; null when there is none. */
  static Throwable invalidRow(Throwable thrown) {
    Throwable cause = thrown;
    while (cause != null && !(cause instanceof InvalidRowException)) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Why DataVec and the final schema refuse a row; empty when they take it. */
  private Optional<String> refusal(Row row) {
    try {
      refusing
          .run(reader.read(stored(row)))
          .ifPresent(record -> StoredColumns.requireStorable(refusing.outcome(), record));
      return Optional.empty();
    } catch (InvalidValueException e) {
      return Optional.of(e.getMessage());
    }
  }

  private List<Object> results(DataVecTransform transform, HandleInvalid policy, List<Row> input) {
    // An RDD: Spark's optimizer would compute rows that it sees by other code
    Dataset<Row> data =
        TestSpark.session()
            .createDataFrame(
                TestSpark.context().parallelize(numbered(input), 1),
                columns.add("the row's id", DataTypes.LongType));
    List<Object> results = new ArrayList<>();
    for (Row row : transform.withHandleInvalid(policy).apply(data).collectAsList()) {
      results.add(bits(row, -1));
    }
    return results;
  }

  private List<Row> numbered(List<Row> input) {
    List<Row> numbered = new ArrayList<>();
    for (int id = 0; id < input.size(); id++) {
      Object[] values = new Object[columns.size() + 1];
      for (int i = 0; i < columns.size(); i++) {
        values[i] = input.get(id).get(i);
      }
      values[columns.size()] = (long) id;
      numbered.add(RowFactory.create(values));
    }
    return numbered;
  }

  private static List<Object> found(List<Object> results, long id) {
    return results.stream().filter(r -> ((List<?>) r).contains("id " + id)).toList();
  }

  /** The values of a row such that equal means equal in all bits. */
  private List<Object> bits(Row row, long id) {
    int width = id < 0 ? row.size() - 1 : row.size();
    List<Object> values = RowBits.of(row, width);
    values.add("id " + (id < 0 ? row.getLong(width) : id));
    return values;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.Writable;

/**
 * A DataVec {@link TransformProcess} as a function over DataFrames and RDDs.
 *
 * <p>Applying it checks the input's columns on the driver and starts no job. Steps with an exact
 * counterpart in Spark SQL become columns, the others run in DataVec itself when an action runs, in
 * one pass over each partition ({@link #explain()} tells which); the result is that of DataVec's
 * local executor, bit by bit. It works on streaming DataFrames and on empty data. Row order within
 * a partition is kept.
 *
 * <p>Steps on sequences run in DataVec, one whole sequence at a time; rows are grouped to sequences
 * by a shuffle of Spark. A sequence is a row of arrays, as {@link SparkSchemas} has them. A reduce
 * is an aggregate of Spark SQL where that is exact, else a pass over sorted groups; a sorted rank
 * sorts all rows in one task.
 *
 * <p>The result has the columns of the process's final schema, then the DataFrame's columns that
 * the process does not know (an id, a weight), unchanged. Rows that are reduced or grouped by keys
 * lose these; sequences have the keys instead, in columns {@code key_NAME}, until they are rows
 * again. Immutable and thread-safe.
 */
public final class DataVecTransform {
  private final String json;
  private final Schema initialSchema;
  private final Schema finalSchema;
  private final HandleInvalid handleInvalid;
  private final StepPath path;
  private final SkipCount skipped;

  private DataVecTransform(
      String json,
      Schema initialSchema,
      Schema finalSchema,
      HandleInvalid handleInvalid,
      StepPath path,
      SkipCount skipped) {
    this.json = json;
    this.initialSchema = initialSchema;
    this.finalSchema = finalSchema;
    this.handleInvalid = handleInvalid;
    this.path = path;
    this.skipped = skipped;
  }

  /**
   * A transform by this process, with {@link HandleInvalid#ERROR}.
   *
   * @throws IllegalArgumentException when a step cannot run, or the process cannot be carried to
   *     the executors because its JSON does not read back as the same process
   */
  public static DataVecTransform of(TransformProcess process) {
    Objects.requireNonNull(process, "process");
    Step.of(process);
    String json = process.toJson();
    DataVecTransform read = fromJson(json);
    TransformProcess copy = parse(json);
    ProcessJson.requireConditionsKept(process, copy);
    if (!copy.getFinalSchema().equals(process.getFinalSchema())) {
      throw new IllegalArgumentException(
          "the TransformProcess does not survive its own JSON form: it gives "
              + process.getFinalSchema().getColumnMetaData()
              + ", but read back "
              + copy.getFinalSchema().getColumnMetaData()
              + "; check custom transforms for missing JSON properties");
    }
    return read;
  }

  /**
   * A transform by the process of this JSON, as {@code TransformProcess.toJson()} writes it, with
   * {@link HandleInvalid#ERROR}.
   *
   * @throws IllegalArgumentException when the JSON is no process, or a step cannot run
   */
  public static DataVecTransform fromJson(String json) {
    Objects.requireNonNull(json, "json");
    TransformProcess process = parse(json);
    List<Step> steps = Step.of(process);
    Schema result =
        steps.isEmpty() ? process.getInitialSchema() : steps.get(steps.size() - 1).output();
    SparkSchemas.toSpark(result);
    ProcessPlan.columnsInstead(process);
    return new DataVecTransform(
        json,
        process.getInitialSchema(),
        result,
        HandleInvalid.ERROR,
        StepPath.CATALYST,
        SkipCount.NONE);
  }

  /** The same transform under another policy for invalid rows. */
  public DataVecTransform withHandleInvalid(HandleInvalid policy) {
    return new DataVecTransform(
        json, initialSchema, finalSchema, Objects.requireNonNull(policy, "policy"), path, skipped);
  }

  /**
   * The same transform, which also counts the rows that it leaves out under {@link
   * HandleInvalid#SKIP} in an accumulator, on streams too. As with every accumulator of Spark, a
   * row counts again when its task runs again, or the result is computed again.
   *
   * @param counter from {@code SparkContext.longAccumulator(name)}; the name appears in Spark's UI
   * @throws IllegalArgumentException when it is not registered with a SparkContext
   */
  public DataVecTransform countingSkipped(LongAccumulator counter) {
    if (!counter.isRegistered()) {
      throw new IllegalArgumentException(
          "the accumulator of skipped rows must be registered, but is not; make it by"
              + " sparkContext.longAccumulator(name)");
    }
    return new DataVecTransform(
        json, initialSchema, finalSchema, handleInvalid, path, SkipCount.in(counter));
  }

  /** The same transform with all its steps in DataVec: the measure of the compiled ones. */
  DataVecTransform inRows() {
    return new DataVecTransform(
        json, initialSchema, finalSchema, handleInvalid, StepPath.ROWS, skipped);
  }

  /** The process, as JSON. */
  public String json() {
    return json;
  }

  /** What becomes of invalid rows. */
  public HandleInvalid handleInvalid() {
    return handleInvalid;
  }

  /** The columns that the process takes. */
  public Schema initialSchema() {
    return initialSchema;
  }

  /** The columns that the process gives. */
  public Schema finalSchema() {
    return finalSchema;
  }

  /**
   * The columns of the result for a DataFrame with these columns.
   *
   * @throws IllegalArgumentException when the columns do not fit: all that is missing or of a wrong
   *     type is named, with what the DataFrame has
   */
  public StructType outputSchema(StructType input) {
    return binding(parse(json), input).output();
  }

  /**
   * The transformed DataFrame, lazily.
   *
   * @throws IllegalArgumentException as {@link #outputSchema}, and for a stream when a step needs
   *     more rows than a stream has
   */
  public Dataset<Row> apply(Dataset<?> data) {
    Dataset<Row> rows = data.toDF();
    TransformProcess process = parse(json);
    InputBinding binding = binding(process, rows.schema());
    return PlainSql.in(
        rows.sparkSession(),
        () -> {
          ProcessPlan plan = ProcessPlan.of(process, handleInvalid, path);
          return new ProcessRun(process, json, handleInvalid, skipped).apply(rows, binding, plan);
        });
  }

  /**
   * The rows that the process refuses, lazily: those that {@link HandleInvalid#SKIP} leaves out, to
   * be looked at, corrected, or written beside the results. The columns are
   *
   * <ul>
   *   <li>{@code step}: the step that refused the row, or "input" or "result" for a value that does
   *       not fit its column before the first step or after the last
   *   <li>{@code column}: the columns that it works on, with commas between
   *   <li>{@code value}: their values as they came into it, with commas between
   *   <li>{@code reason}: what was wrong
   *   <li>{@code row}: the row as it was, a struct
   * </ul>
   *
   * All steps run in DataVec, row by row, in a job of its own. Of a process with a reduce or a rank
   * these are the rows that do not get into the first such step; behind it they are others.
   *
   * @throws IllegalArgumentException as {@link #outputSchema}, or when the process has sequences
   */
  public Dataset<Row> refused(Dataset<?> data) {
    Dataset<Row> rows = data.toDF();
    TransformProcess process = parse(json);
    requireRows(process, "refused rows are told");
    InputBinding binding = binding(process, rows.schema());
    return PlainSql.in(
        rows.sparkSession(), () -> CompiledRun.refused(rows, process, json, binding));
  }

  /**
   * Where each step runs, one to a line: as columns or an aggregate of Spark SQL (Catalyst), row by
   * row in DataVec (row pass) and why, group by group there (group pass) and why, or sequence by
   * sequence (sequence pass).
   */
  public String explain() {
    return ProcessPlan.of(parse(json), handleInvalid, path).describe();
  }

  /**
   * The transformed records, lazily. Records must have the initial schema's values in its order.
   *
   * @throws IllegalArgumentException when the process has sequences, a reduce or a rank
   */
  public JavaRDD<List<Writable>> apply(JavaRDD<List<Writable>> records) {
    TransformProcess process = parse(json);
    requireRows(process, "records of an RDD are transformed");
    for (Step step : Step.of(process)) {
      if (step.needsManyRows()) {
        throw new IllegalArgumentException(
            step.describe()
                + ", needs more than one record at a time, which runs on DataFrames only; make one"
                + " by DataVecRdd.toDataFrame(...)");
      }
    }
    return records.mapPartitions(new RecordTask(json, handleInvalid, skipped));
  }

  private static InputBinding binding(TransformProcess process, StructType input) {
    List<Step> steps = Step.of(process);
    Schema result = StepRange.schemaAt(process, steps, steps.size());
    return InputBinding.of(
        process.getInitialSchema(), result, input, ProcessPlan.columnsInstead(process));
  }

  private static void requireRows(TransformProcess process, String what) {
    if (ProcessPlan.hasSequences(process)) {
      throw new IllegalArgumentException(
          what
              + " by processes without sequences only; apply this one to a DataFrame, with"
              + " handleInvalid skip and countingSkipped(...) where sequences are refused");
    }
  }

  private static TransformProcess parse(String json) {
    TransformProcess process;
    try {
      process = ProcessJson.read(json);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(notAProcess(json) + ": " + e.getMessage(), e);
    }
    if (process == null) {
      throw new IllegalArgumentException(notAProcess(json));
    }
    return process;
  }

  private static String notAProcess(String json) {
    String start = json.length() <= 80 ? json : json.substring(0, 80) + "...";
    return "the text is not the JSON of a DataVec TransformProcess (TransformProcess.toJson()"
        + " writes it): "
        + start;
  }
}

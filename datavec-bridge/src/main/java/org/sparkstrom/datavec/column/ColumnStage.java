// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.HandleInvalid;

/**
 * A spark.ml stage that appends a column made from another one, value by value.
 *
 * <p>It starts no job, keeps all columns, their metadata and the order of rows, and runs on streams
 * and on empty data. Each value is made once (see {@link MadeColumn}). A null, or a value that the
 * stage cannot use, is handled by {@code handleInvalid}: error (default) fails the job with a
 * {@link RefusedValueException}, skip leaves the row out, keep gives null. With {@code errorCol}
 * set and keep, that column says why a value is null, so that bad rows can be written elsewhere. A
 * failure of storage is no bad value and fails the task under each policy.
 *
 * <p>The uid is set before any Param is made, because a Param takes its parent's uid when it is
 * made. Params of a subclass are made in its constructor, after this one's.
 *
 * @param <S> the stage itself, which its setters return
 */
public abstract class ColumnStage<S extends ColumnStage<S>> extends Transformer
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> inputCol;
  private final Param<String> outputCol;
  private final Param<String> errorCol;
  private final Param<String> handleInvalid;

  protected ColumnStage(String uid) {
    this.uid = Objects.requireNonNull(uid, "uid");
    inputCol = new Param<>(this, "inputCol", "name of the column to read");
    outputCol = new Param<>(this, "outputCol", "name of the column to append");
    errorCol =
        new Param<>(
            this,
            "errorCol",
            "name of a string column that says why a value could not be made, null where it could;"
                + " empty for none; with handleInvalid keep only");
    handleInvalid =
        new Param<>(
            this,
            "handleInvalid",
            "what becomes of a row whose value is null or cannot be used: error (the job fails),"
                + " skip (the row is left out), keep (the output is null)",
            ParamRules.that(HandleInvalid::of));
    setDefault(outputCol, uid + "__output");
    setDefault(errorCol, "");
    setDefault(handleInvalid, HandleInvalid.ERROR.paramValue());
  }

  @Override
  public final String uid() {
    return uid;
  }

  /** Param for the column to read. */
  public final Param<String> inputCol() {
    return inputCol;
  }

  /** Param for the column to append. */
  public final Param<String> outputCol() {
    return outputCol;
  }

  /** Param for the column of reasons; empty (default) for none. */
  public final Param<String> errorCol() {
    return errorCol;
  }

  /** Param for the policy for bad values: error (default), skip or keep. */
  public final Param<String> handleInvalid() {
    return handleInvalid;
  }

  public final String getInputCol() {
    return getOrDefault(inputCol);
  }

  public final String getOutputCol() {
    return getOrDefault(outputCol);
  }

  public final String getErrorCol() {
    return getOrDefault(errorCol);
  }

  public final String getHandleInvalid() {
    return getOrDefault(handleInvalid);
  }

  public final S setInputCol(String name) {
    set(inputCol, name);
    return self();
  }

  public final S setOutputCol(String name) {
    set(outputCol, name);
    return self();
  }

  public final S setErrorCol(String name) {
    set(errorCol, name);
    return self();
  }

  /** Sets the policy for bad values: error, skip or keep. */
  public final S setHandleInvalid(String policy) {
    set(handleInvalid, policy);
    return self();
  }

  /** The appended column, for an input column that fits. */
  protected abstract StructField output(StructField input);

  /** Throws when the input column or the Params do not fit; the message names the remedy. */
  protected abstract void check(StructField input);

  /** What makes the values, for an input column that fits. */
  protected abstract ColumnFunction function(StructField input, SparkSession spark);

  /** The string column that tells what a row is called in an error. Default: none. */
  protected Optional<String> originColumn(StructType schema) {
    return Optional.empty();
  }

  @Override
  public final StructType transformSchema(StructType schema) {
    StructField input = inputField(schema);
    check(input);
    StructType result = append(schema, output(input));
    if (getErrorCol().isEmpty()) {
      return result;
    }
    if (policy() != HandleInvalid.KEEP) {
      throw new IllegalArgumentException(
          uid
              + ": errorCol '"
              + getErrorCol()
              + "' needs handleInvalid keep, but that is "
              + getHandleInvalid()
              + ", which leaves no row to say a reason of; set handleInvalid to keep, or no errorCol");
    }
    return append(
        result, new StructField(getErrorCol(), DataTypes.StringType, true, Metadata.empty()));
  }

  @Override
  public final Dataset<Row> transform(Dataset<?> data) {
    Dataset<Row> rows = data.toDF();
    StructType schema = rows.schema();
    String[] names = transformSchema(schema).fieldNames();
    StructField input = inputField(schema);
    Dataset<Row> apart = MadeColumn.apart(rows);
    MadeColumn column =
        new MadeColumn(
            uid + ", column '" + input.name() + "'",
            MadeColumn.at(apart, schema.fieldIndex(input.name())),
            output(input),
            function(input, rows.sparkSession()),
            policy());
    Optional<String> error = Optional.of(getErrorCol()).filter(name -> !name.isEmpty());
    Optional<Column> origin =
        originColumn(schema).map(name -> MadeColumn.at(apart, schema.fieldIndex(name)));
    Dataset<Row> result = column.append(apart, origin, error);
    return Arrays.equals(result.columns(), names) ? result : result.toDF(names);
  }

  /** A copy; a stage overrides it with its own type, as Spark asks. */
  @Override
  @SuppressWarnings("unchecked")
  public S copy(ParamMap extra) {
    return (S) defaultCopy(extra);
  }

  private StructField inputField(StructType schema) {
    if (!isDefined(inputCol)) {
      throw new IllegalArgumentException(uid + " has no inputCol; call setInputCol(...) first");
    }
    List<String> names = Arrays.asList(schema.fieldNames());
    return schema.fields()[MadeColumn.placeOf(names, getInputCol(), uid + ": inputCol")];
  }

  private StructType append(StructType schema, StructField field) {
    if (Arrays.asList(schema.fieldNames()).contains(field.name())) {
      throw new IllegalArgumentException(
          uid
              + ": the DataFrame already has a column '"
              + field.name()
              + "'; set another outputCol or errorCol, or drop that column");
    }
    return schema.add(field);
  }

  private HandleInvalid policy() {
    return HandleInvalid.of(getHandleInvalid());
  }

  @SuppressWarnings("unchecked")
  private S self() {
    return (S) this;
  }
}

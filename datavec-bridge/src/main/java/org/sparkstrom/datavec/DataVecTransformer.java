// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.util.Objects;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.sparkstrom.datavec.column.ParamRules;

/**
 * A DataVec {@link TransformProcess} as a spark.ml stage, for Pipelines: {@link DataVecTransform}
 * with Params, copy, save and load.
 *
 * <p>The uid is set before any Param is made, because a Param takes its parent's uid when it is
 * made and a null parent cannot be copied or saved.
 */
public final class DataVecTransformer extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> transformProcess;
  private final Param<String> handleInvalid;
  private final Param<String> skippedCounter;
  private transient NamedCounters counters = new NamedCounters();

  /** A stage with a random uid. */
  public DataVecTransformer() {
    this(Identifiable$.MODULE$.randomUID("dataVecTransformer"));
  }

  /** A stage with this uid. */
  public DataVecTransformer(String uid) {
    this.uid = Objects.requireNonNull(uid, "uid");
    this.transformProcess =
        new Param<>(
            this,
            "transformProcess",
            "DataVec TransformProcess as JSON, of steps on rows or sequences, reduces and ranks",
            ParamRules.that(DataVecTransform::fromJson));
    this.handleInvalid =
        new Param<>(
            this,
            "handleInvalid",
            "what becomes of a row that a step or a conversion refuses: error (the job fails), skip"
                + " (the row is left out), keep (null for what cannot be computed)",
            ParamRules.that(HandleInvalid::of));
    this.skippedCounter =
        new Param<>(
            this,
            "skippedCounter",
            "name of an accumulator that counts the rows left out under skip, as Spark's UI shows it;"
                + " empty for none");
    setDefault(handleInvalid, HandleInvalid.ERROR.paramValue());
    setDefault(skippedCounter, "");
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Param for the process, as JSON. No default. */
  public Param<String> transformProcess() {
    return transformProcess;
  }

  /** Param for the policy for invalid rows: error (default), skip or keep. */
  public Param<String> handleInvalid() {
    return handleInvalid;
  }

  /** Param for the name of the accumulator of skipped rows; empty (default) for none. */
  public Param<String> skippedCounter() {
    return skippedCounter;
  }

  public String getTransformProcess() {
    return getOrDefault(transformProcess);
  }

  public String getHandleInvalid() {
    return getOrDefault(handleInvalid);
  }

  public String getSkippedCounter() {
    return getOrDefault(skippedCounter);
  }

  /**
   * The rows that this stage and its copies have left out in this application, in all jobs that
   * have ended; a job that runs again counts them again. Each name has a count of its own.
   *
   * @throws IllegalStateException when no counter is set
   */
  public long skippedCount() {
    if (getSkippedCounter().isEmpty()) {
      throw new IllegalStateException(
          uid + " counts no skipped rows; call setSkippedCounter(name) before transform");
    }
    return counters.value(getSkippedCounter());
  }

  /**
   * Sets the process by its JSON.
   *
   * @throws IllegalArgumentException when it is no process, or a step cannot run
   */
  public DataVecTransformer setTransformProcess(String json) {
    set(transformProcess, json);
    return this;
  }

  /**
   * Sets the process.
   *
   * @throws IllegalArgumentException when a step cannot run, or the process does not survive its
   *     JSON form
   */
  public DataVecTransformer setTransformProcess(TransformProcess process) {
    return setTransformProcess(DataVecTransform.of(process).json());
  }

  /** Sets the policy for invalid rows: error, skip or keep. */
  public DataVecTransformer setHandleInvalid(String policy) {
    set(handleInvalid, policy);
    return this;
  }

  /** Sets the name of an accumulator that counts the rows that are left out; empty for none. */
  public DataVecTransformer setSkippedCounter(String name) {
    set(skippedCounter, name);
    return this;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    DataVecTransform function = function();
    String name = getSkippedCounter();
    if (name.isEmpty()) {
      return function.apply(data);
    }
    return function
        .countingSkipped(counters.in(data.sparkSession().sparkContext(), name))
        .apply(data);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return function().outputSchema(schema);
  }

  @Override
  public DataVecTransformer copy(ParamMap extra) {
    DataVecTransformer copied = defaultCopy(extra);
    copied.counters = counters;
    return copied;
  }

  /** A reader of saved stages. */
  public static MLReader<DataVecTransformer> read() {
    return new Reader().read();
  }

  /** The stage saved at this path. */
  public static DataVecTransformer load(String path) {
    return read().load(path);
  }

  private DataVecTransform function() {
    if (!isDefined(transformProcess)) {
      throw new IllegalArgumentException(
          uid + " has no transformProcess; call setTransformProcess(...) first");
    }
    return DataVecTransform.fromJson(getTransformProcess())
        .withHandleInvalid(HandleInvalid.of(getHandleInvalid()));
  }

  /** A stage that was serialized in Java's form counts for itself from then on. */
  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    counters = new NamedCounters();
  }

  private static final class Reader implements DefaultParamsReadable<DataVecTransformer> {}
}

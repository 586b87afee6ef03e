// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.io.Serializable;
import java.util.Objects;
import java.util.function.Consumer;
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
import scala.Function1;

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
            "DataVec TransformProcess as JSON, with steps that see one row at a time, or sequences",
            validator((Consumer<String> & Serializable) DataVecTransform::fromJson));
    this.handleInvalid =
        new Param<>(
            this,
            "handleInvalid",
            "what becomes of a row that a step or a conversion refuses: error (the job fails), skip"
                + " (the row is left out), keep (null for what cannot be computed)",
            validator((Consumer<String> & Serializable) HandleInvalid::of));
    setDefault(handleInvalid, HandleInvalid.ERROR.paramValue());
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

  public String getTransformProcess() {
    return getOrDefault(transformProcess);
  }

  public String getHandleInvalid() {
    return getOrDefault(handleInvalid);
  }

  /**
   * Sets the process by its JSON.
   *
   * @throws IllegalArgumentException when it is no process, or a step needs more than one row and
   *     is not about sequences
   */
  public DataVecTransformer setTransformProcess(String json) {
    set(transformProcess, json);
    return this;
  }

  /**
   * Sets the process.
   *
   * @throws IllegalArgumentException when a step needs more than one row and is not about
   *     sequences, or the process does not survive its JSON form
   */
  public DataVecTransformer setTransformProcess(TransformProcess process) {
    return setTransformProcess(DataVecTransform.of(process).json());
  }

  /** Sets the policy for invalid rows: error, skip or keep. */
  public DataVecTransformer setHandleInvalid(String policy) {
    set(handleInvalid, policy);
    return this;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    return function().apply(data);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return function().outputSchema(schema);
  }

  @Override
  public DataVecTransformer copy(ParamMap extra) {
    return defaultCopy(extra);
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

  /** A Param validator that throws with the reason, where a plain false would hide it. */
  private static Function1<String, Object> validator(Consumer<String> check) {
    return (Function1<String, Object> & Serializable)
        value -> {
          check.accept(value);
          return true;
        };
  }

  private static final class Reader implements DefaultParamsReadable<DataVecTransformer> {}
}

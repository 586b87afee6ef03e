// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A spark.ml stage that explains what a fitted model says of each row, by asking the model about
 * rows like it.
 *
 * <p>{@link #transform} keeps all columns and rows in their order, starts no job, runs on streams
 * and on empty data, and appends the columns that {@link KernelShap} and {@link Lime} tell. The
 * model is any spark.ml Transformer that keeps the order of rows within a partition, leaves none
 * out, and passes on columns that it does not know. The perturbed rows of all rows of a partition
 * go through its own transform in one lazy DataFrame, hence in its own batches, and come back to
 * their row in the same task: nothing is shuffled, and rows of one partition are explained one
 * after the other. They carry all columns, so that the model may read others than the explained
 * ones; leave out before what it does not read. Columns that the model appends must not be there
 * already.
 *
 * @param <S> the stage itself, which its setters return
 */
public abstract class Explainer<S extends Explainer<S>> extends Model<S>
    implements ExplainerParams, MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Transformer model; // null in a stage that was made without a model
  private final Background background;
  private final ExplainerParamSet paramSet;

  Explainer(String uid, Transformer model, Background background) {
    this.uid = Objects.requireNonNull(uid, "uid");
    this.model = model;
    this.background = Objects.requireNonNull(background, "background");
    this.paramSet = new ExplainerParamSet(this);
  }

  @Override
  public final String uid() {
    return uid;
  }

  @Override
  public final ExplainerParamSet paramSet() {
    return paramSet;
  }

  /**
   * The model that is explained.
   *
   * @throws IllegalStateException if the stage was made without one
   */
  public final Transformer explainedModel() {
    return Optional.ofNullable(model)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "%s must have a model, but was made without one; make it by ofFeatures, ofWords or ofPatches, or load a saved one"
                        .formatted(uid)));
  }

  final Background background() {
    return background;
  }

  /** The stage's kind with this uid, model and background, and no Params set. */
  abstract S create(String uid, Transformer model, Background background);

  /** How rows with these inputs are explained. */
  abstract LocalMethod method(ExplainedInputs inputs);

  @SuppressWarnings("unchecked")
  private S self() {
    return (S) this;
  }

  /** Sets the explained column of features, pixels or texts. */
  public final S setInputCol(String value) {
    set(inputCol(), value);
    return self();
  }

  /** Sets the explained columns, one a feature. */
  public final S setInputCols(String... value) {
    set(inputCols(), value.clone());
    return self();
  }

  /** Sets the model's column that is explained. */
  public final S setTargetCol(String value) {
    set(targetCol(), value);
    return self();
  }

  /** Sets the entries of targetCol that are explained; none for all. */
  public final S setTargetClasses(int... value) {
    set(targetClasses(), value.clone());
    return self();
  }

  /** Sets the column of values. */
  public final S setOutputCol(String value) {
    set(outputCol(), value);
    return self();
  }

  /** Sets the column of what the values are added to; empty for none. */
  public final S setBaseCol(String value) {
    set(baseCol(), value);
    return self();
  }

  /** Sets the column of the explanation's R squared; empty for none. */
  public final S setRSquaredCol(String value) {
    set(rSquaredCol(), value);
    return self();
  }

  /** Sets the column of the explained words; empty for none. */
  public final S setPartsCol(String value) {
    set(partsCol(), value);
    return self();
  }

  /** Sets the samples for each row; 0 for as many as the parts ask for. */
  public final S setNumSamples(int value) {
    set(numSamples(), value);
    return self();
  }

  /** Sets the seed of the samples. */
  public final S setSeed(long value) {
    set(seed(), value);
    return self();
  }

  /** Sets the policy for rows that cannot be explained: error, skip or keep. */
  public final S setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return self();
  }

  /** Sets the regular expression of a word. */
  public final S setWordPattern(String value) {
    set(wordPattern(), value);
    return self();
  }

  /** Sets what stands in place of an absent word. */
  public final S setMaskWord(String value) {
    set(maskWord(), value);
    return self();
  }

  /** Sets the height of images in pixels. */
  public final S setImageHeight(int value) {
    set(imageHeight(), value);
    return self();
  }

  /** Sets the width of images in pixels. */
  public final S setImageWidth(int value) {
    set(imageWidth(), value);
    return self();
  }

  /** Sets the channels of images. */
  public final S setImageChannels(int value) {
    set(imageChannels(), value);
    return self();
  }

  /** Sets the side of patches in pixels. */
  public final S setPatchSize(int value) {
    set(patchSize(), value);
    return self();
  }

  /**
   * Appends the explanations; see the class.
   *
   * @throws IllegalArgumentException if columns, model and Params do not fit
   */
  @Override
  public final Dataset<Row> transform(Dataset<?> data) {
    return ExplanationPlan.of(this, data.schema()).explain(data.toDF(), explainedModel());
  }

  @Override
  public final StructType transformSchema(StructType schema) {
    return ExplanationPlan.of(this, schema).output();
  }

  /** A copy; a stage overrides it with its own type, as Spark asks. */
  @Override
  public S copy(ParamMap extra) {
    Transformer copied = model == null ? null : model.copy(extra);
    return copyValues(create(uid, copied, background), extra).setParent(parent());
  }

  /**
   * A writer of {@code metadata/}, and of {@code data/} with model and background.
   *
   * @throws UnsupportedOperationException if the model cannot be saved
   */
  @Override
  public final MLWriter write() {
    return ExplainerFolder.writer(this);
  }

  @Override
  public String toString() {
    return "%s: uid=%s, %s"
        .formatted(getClass().getSimpleName(), uid, model == null ? "no model" : "of " + model);
  }
}

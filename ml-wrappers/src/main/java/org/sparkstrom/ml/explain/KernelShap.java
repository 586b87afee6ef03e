// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.sparkstrom.datavec.column.StageMetadata;

/**
 * Explains what a model says of a row by the Shapley values of the row's parts: how far each moves
 * it away from what the model says on average (Lundberg and Lee, "A unified approach to
 * interpreting model predictions", 2017).
 *
 * <p>Appended are {@code outputCol}, array&lt;vector&gt;, for each target a vector with a value for
 * each part; {@code baseCol}, a vector with what the model says of nothing for each target, which
 * is the mean over the background where features are explained; {@code rSquaredCol}, a vector with
 * the share of the samples' variance that a sum over parts gives, for each target; and for words
 * {@code partsCol}, array&lt;string&gt;. A row's values and its base sum up to what the model says
 * of the row. Rows with as many parts are explained by the same samples, which depend on the seed
 * alone, so a row's explanation does not depend on the others. Where all combinations of the parts
 * fit numSamples, the values are exact.
 *
 * <p>For each row the model gets 1 + B * (1 + S) rows, with B rows in the background (1 for words
 * and patches) and S = min(numSamples, 2^parts - 2).
 */
public final class KernelShap extends Explainer<KernelShap> {
  private static final long serialVersionUID = 1L;
  private static final String NAME = "kernelShap";
  private static final int STANDARD_SAMPLES = 2_048;

  /** A stage without a model, as Spark's tools make one to look at its Params. */
  public KernelShap() {
    this(StageMetadata.randomUid(NAME));
  }

  /** A stage without a model, with this uid. */
  public KernelShap(String uid) {
    this(uid, null, Background.none());
  }

  private KernelShap(String uid, Transformer model, Background background) {
    super(uid, model, background);
  }

  /**
   * A stage that explains by features, which absent ones take from the rows of a background, such
   * as 100 rows of the training data. Runs a job that reads them.
   *
   * @throws IllegalArgumentException if the background is empty, a stream, or over 1000 rows
   */
  public static KernelShap ofFeatures(Transformer model, Dataset<?> background) {
    String uid = StageMetadata.randomUid(NAME);
    return new KernelShap(uid, model, Background.of(uid, background));
  }

  /** A stage that explains by words, for a model whose input column holds texts. */
  public static KernelShap ofWords(Transformer model) {
    return of(model, PartParamSet.WORDS);
  }

  /** A stage that explains by square patches of images. */
  public static KernelShap ofPatches(Transformer model) {
    return of(model, PartParamSet.PATCHES);
  }

  private static KernelShap of(Transformer model, String components) {
    KernelShap stage = new KernelShap(StageMetadata.randomUid(NAME), model, Background.none());
    stage.set(stage.components(), components);
    return stage;
  }

  @Override
  KernelShap create(String uid, Transformer model, Background background) {
    return new KernelShap(uid, model, background);
  }

  @Override
  LocalMethod method(ExplainedInputs inputs) {
    SampleCount samples =
        new SampleCount(getNumSamples(), STANDARD_SAMPLES, getSeed(), Coalitions::least);
    samples.require(uid(), inputs.partCount());
    return new KernelShapMethod(inputs.components(), samples);
  }

  @Override
  public KernelShap copy(ParamMap extra) {
    return super.copy(extra);
  }

  /** A reader of saved stages. */
  public static MLReader<KernelShap> read() {
    return ExplainerFolder.reader(KernelShap.class, KernelShap::new);
  }

  /** The stage saved at this path, on any Hadoop file system. */
  public static KernelShap load(String path) {
    return read().load(path);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.sparkstrom.datavec.column.ParamRules;
import org.sparkstrom.datavec.column.StageMetadata;

/**
 * Explains what a model says of a row by a linear model that says the same near the row (Ribeiro,
 * Singh and Guestrin, "'Why should I trust you?' Explaining the predictions of any classifier",
 * 2016).
 *
 * <p>Appended are {@code outputCol}, array&lt;vector&gt;, for each target a vector with the linear
 * model's coefficient of each part; {@code baseCol}, a vector with its intercept for each target;
 * {@code rSquaredCol}, a vector with the share of the samples' variance that the linear model
 * gives, for each target; and for words {@code partsCol}, array&lt;string&gt;. Coefficients of
 * features are in the features' units, those of words and patches what their presence adds. Other
 * than LIME's own package, features are moved around the row, by normal deviations with the
 * background's standard deviations, and are not put into bins. Rows with as many parts are
 * explained by the same samples, which depend on the seed alone, so a row's explanation does not
 * depend on the others.
 *
 * <p>For each row the model gets numSamples rows.
 */
public final class Lime extends Explainer<Lime> {
  private static final long serialVersionUID = 1L;
  private static final String NAME = "lime";
  private static final int STANDARD_SAMPLES = 1_000;

  private final DoubleParam kernelWidth;
  private final DoubleParam regularization;
  private final Param<String> penalty;

  /** A stage without a model, as Spark's tools make one to look at its Params. */
  public Lime() {
    this(StageMetadata.randomUid(NAME));
  }

  /** A stage without a model, with this uid. */
  public Lime(String uid) {
    this(uid, null, Background.none());
  }

  private Lime(String uid, Transformer model, Background background) {
    super(uid, model, background);
    kernelWidth =
        new DoubleParam(
            this,
            "kernelWidth",
            "distance from the row at which a sample counts 1/e; 0 for LIME's own: 0.75 * sqrt(n)"
                + " standard deviations of n features, 0.25 of the cosine distance of words and"
                + " patches",
            ParamRules.between("kernelWidth", 0, Double.MAX_VALUE));
    regularization =
        new DoubleParam(
            this,
            "regularization",
            "how much the penalty on the coefficients counts beside half the mean squared error",
            ParamRules.between("regularization", 0, Double.MAX_VALUE));
    penalty =
        new Param<>(
            this,
            "penalty",
            "on coefficients: ridge (half their squares) or lasso (their absolute values, so that"
                + " many are 0)",
            ParamRules.oneOf("penalty", ParamRules.words(Penalty.values(), Penalty::word)));
    setDefault(kernelWidth, 0.0);
    setDefault(regularization, 0.001);
    setDefault(penalty, Penalty.RIDGE.word());
  }

  /**
   * A stage that explains by features, which are moved as the rows of a background are spread. Runs
   * a job that reads them.
   *
   * @throws IllegalArgumentException if the background is empty, a stream, or over 1000 rows
   */
  public static Lime ofFeatures(Transformer model, Dataset<?> background) {
    String uid = StageMetadata.randomUid(NAME);
    return new Lime(uid, model, Background.of(uid, background));
  }

  /** A stage that explains by words, for a model whose input column holds texts. */
  public static Lime ofWords(Transformer model) {
    return of(model, PartParamSet.WORDS);
  }

  /** A stage that explains by square patches of images. */
  public static Lime ofPatches(Transformer model) {
    return of(model, PartParamSet.PATCHES);
  }

  private static Lime of(Transformer model, String components) {
    Lime stage = new Lime(StageMetadata.randomUid(NAME), model, Background.none());
    stage.set(stage.components(), components);
    return stage;
  }

  /** Param for the distance at which a sample counts 1/e; 0 (default) for LIME's own. */
  public DoubleParam kernelWidth() {
    return kernelWidth;
  }

  public double getKernelWidth() {
    return (double) getOrDefault(kernelWidth);
  }

  /** Sets the distance at which a sample counts 1/e; 0 for LIME's own. */
  public Lime setKernelWidth(double value) {
    set(kernelWidth, value);
    return this;
  }

  /** Param for how much the penalty counts. */
  public DoubleParam regularization() {
    return regularization;
  }

  public double getRegularization() {
    return (double) getOrDefault(regularization);
  }

  /** Sets how much the penalty counts. */
  public Lime setRegularization(double value) {
    set(regularization, value);
    return this;
  }

  /** Param for the penalty on coefficients: ridge (default) or lasso. */
  public Param<String> penalty() {
    return penalty;
  }

  public String getPenalty() {
    return getOrDefault(penalty);
  }

  /** Sets the penalty on coefficients: ridge or lasso. */
  public Lime setPenalty(String value) {
    set(penalty, value);
    return this;
  }

  @Override
  Lime create(String uid, Transformer model, Background background) {
    return new Lime(uid, model, background);
  }

  @Override
  LocalMethod method(ExplainedInputs inputs) {
    Surrogate.Settings settings =
        new Surrogate.Settings(
            ParamRules.named("penalty", Penalty.values(), Penalty::word, getPenalty()),
            getRegularization(),
            getKernelWidth());
    SampleCount samples =
        new SampleCount(getNumSamples(), STANDARD_SAMPLES, getSeed(), parts -> parts + 2L);
    samples.require(uid(), inputs.partCount());
    if (inputs.areFeatures()) {
      NumericInputs numbers = inputs.numbers();
      return new NumericLime(numbers, inputs.numericBackground(numbers), samples, settings);
    }
    return new MaskedLime(inputs.components(), samples, settings);
  }

  @Override
  public Lime copy(ParamMap extra) {
    return super.copy(extra);
  }

  /** A reader of saved stages. */
  public static MLReader<Lime> read() {
    return ExplainerFolder.reader(Lime.class, Lime::new);
  }

  /** The stage saved at this path, on any Hadoop file system. */
  public static Lime load(String path) {
    return read().load(path);
  }
}

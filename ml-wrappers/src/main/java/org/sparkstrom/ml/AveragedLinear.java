// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.Objects;
import java.util.Optional;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.ml.linear.LinearWeights;
import org.sparkstrom.ml.stage.BeyondParams;

/**
 * Trains a linear classifier of two or more classes on sparse rows such as hashed text, by passes
 * of an averaged perceptron or of logistic gradient descent over each partition, whose weights are
 * averaged in the loop. It exists for data with very many features, of which a row has few: a step
 * touches no other, and there is no line search.
 *
 * <p>Labels are 0-based indices. The features are a vector; dense and sparse ones give the same
 * model bit by bit. The same rows in the same partitions, in the same order, with the same seed
 * give the same model; persist rows that come out of a shuffle, whose order may differ. There is no
 * regularization but the averaging. See {@link org.sparkstrom.ml.linear.ParameterMixing} for the
 * algorithm.
 */
public final class AveragedLinear
    extends ProbabilisticClassifier<Vector, AveragedLinear, AveragedLinearModel>
    implements AveragedLinearParams, BeyondParams, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final AveragedLinearParamSet paramSet;
  private transient LinearWeights initial; // null to begin with weights of 0

  /** A classifier with a random uid. */
  public AveragedLinear() {
    this(SparkMlInternals.randomUid("averagedLinear"));
  }

  /** A classifier with this uid. */
  public AveragedLinear(String uid) {
    this.uid = Objects.requireNonNull(uid, "uid");
    SparkMlInternals.remakeInheritedParams(this);
    this.paramSet = new AveragedLinearParamSet(this);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public AveragedLinearParamSet paramSet() {
    return paramSet;
  }

  /** Sets what a row does: perceptron (default) or logistic. */
  public AveragedLinear setLoss(String value) {
    set(loss(), value);
    return this;
  }

  /** Sets the number of passes over the training data. Default 10. */
  public AveragedLinear setMaxIter(int value) {
    set(maxIter(), value);
    return this;
  }

  /** Sets the step that a row of weight 1 makes. Default 1. */
  public AveragedLinear setStepSize(double value) {
    set(stepSize(), value);
    return this;
  }

  /** Sets whether classes have intercepts. Default true. */
  public AveragedLinear setFitIntercept(boolean value) {
    set(fitIntercept(), value);
    return this;
  }

  /** Sets the number of classes; 0, the default, to find it in the label column. */
  public AveragedLinear setClassCount(int value) {
    set(classCount(), value);
    return this;
  }

  /** Sets the column of the rows' weights. */
  public AveragedLinear setWeightCol(String value) {
    set(weightCol(), value);
    return this;
  }

  /** Sets the seed of the order of rows. */
  public AveragedLinear setSeed(long value) {
    set(seed(), value);
    return this;
  }

  /** Sets the policy for null or non-finite features: error, skip or keep. */
  public AveragedLinear setHandleInvalid(String value) {
    set(handleInvalid(), value);
    return this;
  }

  /**
   * Sets a model to train on from, its mean going on over what it has seen. Copies keep it; saving
   * does not.
   */
  public AveragedLinear setInitialModel(AveragedLinearModel model) {
    initial = model.linearWeights();
    return this;
  }

  /** Whether there is an initial model, which is no Param. */
  @Override
  public Optional<String> beyondParams() {
    return initial == null ? Optional.empty() : Optional.of("an initial model");
  }

  /**
   * Trains. Blocks until it has ended.
   *
   * @throws IllegalArgumentException if the columns, the rows or the initial model do not fit
   */
  @Override
  public AveragedLinearModel fit(Dataset<?> data) {
    // Not Predictor.fit: it cannot name columns with dots
    return copyValues(train(data).setParent(this), ParamMap.empty());
  }

  /** The fit without what {@link #fit} copies onto the model. */
  @Override
  public AveragedLinearModel train(Dataset<?> data) {
    transformSchema(data.schema());
    return new AveragedLinearModel(
        uid, new LinearFit(this, Optional.ofNullable(initial)).run(data));
  }

  /**
   * The schema with the columns that the model will append. Of the predictions' vectors it tells
   * the size if the number of classes is known before the rows are read.
   *
   * @throws IllegalArgumentException if a column is missing, is there already or is of another type
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return new LinearFit(this, Optional.ofNullable(initial)).outputSchema(schema);
  }

  @Override
  public AveragedLinear copy(ParamMap extra) {
    AveragedLinear copy = defaultCopy(extra);
    copy.initial = initial;
    return copy;
  }

  /** A reader of saved classifiers. */
  public static MLReader<AveragedLinear> read() {
    return new Reader().read();
  }

  /** The classifier saved at this path, on any Hadoop file system. */
  public static AveragedLinear load(String path) {
    return read().load(path);
  }

  private static final class Reader implements DefaultParamsReadable<AveragedLinear> {}
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.ParamRules;
import org.sparkstrom.datavec.column.StageMetadata;

/**
 * Fits DL4J's normalizers to columns of a DataFrame, in one pass of one Spark job, so that a
 * network gets features of like size from the same statistics on Spark and in plain DL4J.
 *
 * <p>A column is a number, an array of numbers or an ml Vector, dense or sparse. With the layout
 * {@code joined} all columns, in order, are the features of one network input, and the model's file
 * is one of a NormalizerStandardize, NormalizerMinMaxScaler or ImagePreProcessingScaler; with
 * {@code separate} each column is an input of its own and the file is one of a multi normalizer, a
 * hybrid one where strategies differ. Standard deviations are over n as DL4J's ({@code deviation =
 * population}) or over n - 1 as Spark's StandardScaler's ({@code sample}).
 */
public final class NormalizerEstimator extends Estimator<NormalizerModel>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final String[] DEVIATIONS = {"population", "sample"};
  private static final int MOST_BITS = 32;

  private final String uid;
  private final ColumnParams columns;
  private final StringArrayParam strategies;
  private final Param<String> layout;
  private final DoubleParam min;
  private final DoubleParam max;
  private final IntParam maxBits;
  private final Param<String> deviation;

  /** An estimator with a random uid. */
  public NormalizerEstimator() {
    this(StageMetadata.randomUid("normalizer"));
  }

  /** An estimator with this uid. */
  public NormalizerEstimator(String uid) {
    this.uid = Objects.requireNonNull(uid, "uid");
    this.columns = ColumnParams.of(this);
    this.strategies =
        new StringArrayParam(
            this,
            "strategies",
            "standardize, minMax, image or none: one for all columns, or one for each",
            ParamRules.that(NormalizerEstimator::kinds));
    this.layout =
        new Param<>(
            this,
            "layout",
            "joined: all columns are the features of one network input; separate: each column is an"
                + " input",
            ParamRules.oneOf(
                "layout",
                ParamRules.words(Normalization.Layout.values(), Normalization.Layout::paramValue)));
    this.min = target("min", "least value after minMax and image; must be below max");
    this.max = target("max", "greatest value after minMax and image; must be above min");
    this.maxBits =
        new IntParam(
            this,
            "maxBits",
            "bits of a pixel, for image: its highest value is 2 to this power, less 1",
            ParamRules.that(NormalizerEstimator::requireBits));
    this.deviation =
        new Param<>(
            this,
            "deviation",
            "population: standard deviations over n, as DL4J; sample: over n - 1, as Spark",
            ParamRules.oneOf("deviation", List.of(DEVIATIONS)));
    setDefault(strategies, new String[] {Scaling.Kind.STANDARDIZE.paramValue()});
    setDefault(layout, Normalization.Layout.JOINED.paramValue());
    setDefault(min, 0.0);
    setDefault(max, 1.0);
    setDefault(maxBits, 8);
    setDefault(deviation, DEVIATIONS[0]);
  }

  private DoubleParam target(String name, String doc) {
    return new DoubleParam(
        this, name, doc, ParamRules.that(value -> requireFinite(name, (Double) value)));
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Param for the columns to scale. No default. */
  public StringArrayParam inputCols() {
    return columns.inputCols();
  }

  /** Param for the names of the scaled columns; unset, they replace the input columns. */
  public StringArrayParam outputCols() {
    return columns.outputCols();
  }

  /** Param for the policy for invalid entries: error (default), skip or keep. */
  public Param<String> handleInvalid() {
    return columns.handleInvalid();
  }

  /** Param for one strategy, or one for each column; standardize by default. */
  public StringArrayParam strategies() {
    return strategies;
  }

  /** Param for how columns make up network inputs: joined (default) or separate. */
  public Param<String> layout() {
    return layout;
  }

  /** Param for the least value of the target range, 0 by default. */
  public DoubleParam min() {
    return min;
  }

  /** Param for the greatest value of the target range, 1 by default. */
  public DoubleParam max() {
    return max;
  }

  /** Param for the bits of a pixel, 8 by default. */
  public IntParam maxBits() {
    return maxBits;
  }

  /** Param for the kind of standard deviation: population (default) or sample. */
  public Param<String> deviation() {
    return deviation;
  }

  public String[] getInputCols() {
    return getOrDefault(inputCols()).clone();
  }

  public String[] getOutputCols() {
    return isDefined(outputCols()) ? getOrDefault(outputCols()).clone() : getInputCols();
  }

  public String getHandleInvalid() {
    return getOrDefault(handleInvalid());
  }

  public String[] getStrategies() {
    return getOrDefault(strategies).clone();
  }

  public String getLayout() {
    return getOrDefault(layout);
  }

  public double getMin() {
    return (double) getOrDefault(min);
  }

  public double getMax() {
    return (double) getOrDefault(max);
  }

  public int getMaxBits() {
    return (int) getOrDefault(maxBits);
  }

  public String getDeviation() {
    return getOrDefault(deviation);
  }

  /** Sets the columns to scale. */
  public NormalizerEstimator setInputCols(String... names) {
    set(inputCols(), names.clone());
    return this;
  }

  /** Sets the names of the scaled columns, one for each input column. */
  public NormalizerEstimator setOutputCols(String... names) {
    set(outputCols(), names.clone());
    return this;
  }

  /** Sets the policy for invalid entries: error, skip or keep. */
  public NormalizerEstimator setHandleInvalid(String policy) {
    set(handleInvalid(), policy);
    return this;
  }

  /** Sets standardize, minMax, image or none, for all columns or for each. */
  public NormalizerEstimator setStrategies(String... names) {
    set(strategies, names.clone());
    return this;
  }

  /** Sets joined or separate. */
  public NormalizerEstimator setLayout(String value) {
    set(layout, value);
    return this;
  }

  /** Sets the least value of the target range. */
  public NormalizerEstimator setMin(double value) {
    set(min, value);
    return this;
  }

  /** Sets the greatest value of the target range. */
  public NormalizerEstimator setMax(double value) {
    set(max, value);
    return this;
  }

  /** Sets the bits of a pixel. */
  public NormalizerEstimator setMaxBits(int value) {
    set(maxBits, value);
    return this;
  }

  /** Sets population or sample. */
  public NormalizerEstimator setDeviation(String value) {
    set(deviation, value);
    return this;
  }

  /**
   * Fits by one Spark job, or by none if there are only images.
   *
   * @throws IllegalArgumentException if Params or columns do not fit, before any job; or if the
   *     rows allow no fit: see {@link #handleInvalid()}
   */
  @Override
  public NormalizerModel fit(Dataset<?> data) {
    StructType schema = data.schema();
    transformSchema(schema);
    if (data.isStreaming()) {
      throw new IllegalArgumentException(
          uid
              + " is fitted on data that ends, but this is a stream; fit on a batch of it, and let the"
              + " model transform the stream");
    }
    FitSettings.Fitted fitted =
        settings().fit(data, Columns.of(uid, schema, getOrDefault(inputCols())));
    NormalizerModel model = new NormalizerModel(uid, fitted.normalization());
    if (!fitted.widths().isEmpty()) {
      model.setWidths(fitted.widths().stream().mapToInt(width -> width).toArray());
    }
    return copyValues(model, ParamMap.empty()).setParent(this);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    if (!isDefined(inputCols())) {
      throw new IllegalArgumentException(uid + " has no inputCols; call setInputCols(...) first");
    }
    settings();
    return Columns.of(uid, schema, getInputCols()).output(uid, schema, getOutputCols());
  }

  private FitSettings settings() {
    Scaling.requireTarget(getMin(), getMax());
    List<String> names = Arrays.asList(getInputCols());
    List<Scaling.Kind> kinds = kinds(getStrategies());
    if (kinds.size() == 1) {
      kinds = Collections.nCopies(names.size(), kinds.get(0));
    }
    if (kinds.size() != names.size()) {
      throw new IllegalArgumentException(
          "%s must have one strategy, or one for each of its %d inputCols, but has %d"
              .formatted(uid, names.size(), kinds.size()));
    }
    return new FitSettings(
        names,
        kinds,
        ParamRules.named(
            "layout", Normalization.Layout.values(), Normalization.Layout::paramValue, getLayout()),
        new FitSettings.Target(getMin(), getMax(), Math.pow(2, getMaxBits()) - 1),
        getDeviation().equals(DEVIATIONS[0]) ? 0 : 1,
        HandleInvalid.of(getHandleInvalid()));
  }

  @Override
  public NormalizerEstimator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** A reader of saved estimators. */
  public static MLReader<NormalizerEstimator> read() {
    return new Reader().read();
  }

  /** The estimator saved at this path. */
  public static NormalizerEstimator load(String path) {
    return read().load(path);
  }

  private static List<Scaling.Kind> kinds(String[] names) {
    if (names.length == 0) {
      throw new IllegalArgumentException("strategies must name at least one, but is empty");
    }
    List<Scaling.Kind> kinds = new ArrayList<>();
    for (String name : names) {
      kinds.add(
          ParamRules.named("strategies", Scaling.Kind.values(), Scaling.Kind::paramValue, name));
    }
    return kinds;
  }

  private static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + " must be finite, but is " + value);
    }
  }

  private static void requireBits(Object value) {
    int bits = (Integer) value;
    if (bits < 1 || bits > MOST_BITS) {
      throw new IllegalArgumentException(
          "maxBits must be from 1 to " + MOST_BITS + ", but is " + bits);
    }
  }

  private static final class Reader implements DefaultParamsReadable<NormalizerEstimator> {}
}

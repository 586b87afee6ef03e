// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.outlier;

import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.column.ParamRules;
import org.sparkstrom.datavec.column.StageSchema;

/**
 * Finds two quantiles of each number column, between which {@link WinsorizerModel} then keeps it
 * (Dixon, "Simplified estimation from censored normal samples", 1960), so that a few wild values do
 * not rule a mean or a scale.
 *
 * <p>{@code fit} runs one job over all columns, by Spark's sketch of Greenwald and Khanna,
 * "Space-efficient online computation of quantile summaries", 2001: the rank of a bound is off by
 * at most {@code relativeError} of the rows; 0 is exact and costly. Nulls and NaN do not count. A
 * column without any number, and a stream, are refused.
 */
public final class Winsorizer extends Estimator<WinsorizerModel> implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final StringArrayParam inputCols;
  private final StringArrayParam outputCols;
  private final DoubleParam lowerQuantile;
  private final DoubleParam upperQuantile;
  private final DoubleParam relativeError;

  /** A stage with a random uid. */
  public Winsorizer() {
    this(Identifiable$.MODULE$.randomUID("winsorizer"));
  }

  /** A stage with this uid. */
  public Winsorizer(String uid) {
    this.uid = Objects.requireNonNull(uid, "uid");
    inputCols = new StringArrayParam(this, "inputCols", "number columns to read");
    outputCols = new StringArrayParam(this, "outputCols", "columns to append, one for each");
    lowerQuantile = share("lowerQuantile", "share of values below the lower bound");
    upperQuantile = share("upperQuantile", "share of values below the upper bound");
    relativeError = share("relativeError", "how far a bound's rank may be off, by the rows");
    setDefault(lowerQuantile, 0.01);
    setDefault(upperQuantile, 0.99);
    setDefault(relativeError, 0.001);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Param for the columns to read. No default. */
  public StringArrayParam inputCols() {
    return inputCols;
  }

  /** Param for the columns to append, as many. No default. */
  public StringArrayParam outputCols() {
    return outputCols;
  }

  /** Param for the lower bound's quantile, 0.01 by default. */
  public DoubleParam lowerQuantile() {
    return lowerQuantile;
  }

  /** Param for the upper bound's quantile, 0.99 by default. */
  public DoubleParam upperQuantile() {
    return upperQuantile;
  }

  /** Param for the error of ranks, 0.001 by default. */
  public DoubleParam relativeError() {
    return relativeError;
  }

  public String[] getInputCols() {
    return getOrDefault(inputCols).clone();
  }

  public String[] getOutputCols() {
    return getOrDefault(outputCols).clone();
  }

  public double getLowerQuantile() {
    return (double) getOrDefault(lowerQuantile);
  }

  public double getUpperQuantile() {
    return (double) getOrDefault(upperQuantile);
  }

  public double getRelativeError() {
    return (double) getOrDefault(relativeError);
  }

  public Winsorizer setInputCols(String... names) {
    set(inputCols, names.clone());
    return this;
  }

  public Winsorizer setOutputCols(String... names) {
    set(outputCols, names.clone());
    return this;
  }

  /** Sets the quantiles of both bounds. */
  public Winsorizer setQuantiles(double lower, double upper) {
    set(lowerQuantile, lower);
    set(upperQuantile, upper);
    return this;
  }

  public Winsorizer setRelativeError(double share) {
    set(relativeError, share);
    return this;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    if (getLowerQuantile() >= getUpperQuantile()) {
      throw new IllegalArgumentException(
          uid
              + ": lowerQuantile must be below upperQuantile, but is "
              + getLowerQuantile()
              + " with "
              + getUpperQuantile());
    }
    return columns().over(schema).output();
  }

  @Override
  public WinsorizerModel fit(Dataset<?> data) {
    transformSchema(data.schema());
    StageSchema.requireBatch(uid, data);
    List<String> names = columns().inputs();
    double[][] found = quantiles(MadeColumn.apart(data.toDF()), columns().over(data.schema()));
    double[] lower = new double[found.length];
    double[] upper = new double[found.length];
    for (int i = 0; i < found.length; i++) {
      if (found[i].length != 2) {
        throw new IllegalArgumentException(
            uid
                + ": column '"
                + names.get(i)
                + "' has no number to find bounds from: all its values are null or NaN; leave it"
                + " out of inputCols, or fit on more rows");
      }
      lower[i] = found[i][0];
      upper[i] = found[i][1];
    }
    WinsorizerModel model = new WinsorizerModel(uid).setBounds(lower, upper);
    return copyValues(model, ParamMap.empty()).setParent(this);
  }

  private double[][] quantiles(Dataset<Row> apart, StageSchema schema) {
    String[] names = getInputCols();
    Column[] numbers = new Column[names.length];
    String[] numbered = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      Column number = MadeColumn.at(apart, schema.place(WinsorizerColumns.INPUTS, names[i]));
      numbered[i] = "c" + i;
      numbers[i] = number.cast(DataTypes.DoubleType).as(numbered[i]);
    }
    double[] quantiles = {getLowerQuantile(), getUpperQuantile()};
    return apart.select(numbers).stat().approxQuantile(numbered, quantiles, getRelativeError());
  }

  @Override
  public Winsorizer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** A reader of saved stages. */
  public static MLReader<Winsorizer> read() {
    return new Reader().read();
  }

  /** The stage saved at this path. */
  public static Winsorizer load(String path) {
    return read().load(path);
  }

  private WinsorizerColumns columns() {
    return WinsorizerColumns.of(this, inputCols, outputCols);
  }

  private DoubleParam share(String name, String doc) {
    return new DoubleParam(this, name, doc, ParamRules.between(name, 0, 1));
  }

  private static final class Reader implements DefaultParamsReadable<Winsorizer> {}
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.outlier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.column.ParamRules;
import org.sparkstrom.datavec.column.StageSchema;

/**
 * Keeps number columns between bounds: what lies below the lower one becomes that, what lies above
 * the upper one becomes that, infinities included; null and NaN stay.
 *
 * <p>The work is an expression of Spark SQL; it starts no job and runs on streams. New columns are
 * doubles.
 */
public final class WinsorizerModel extends Model<WinsorizerModel> implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final StringArrayParam inputCols;
  private final StringArrayParam outputCols;
  private final DoubleArrayParam lower;
  private final DoubleArrayParam upper;

  /** A model with a random uid. */
  public WinsorizerModel() {
    this(Identifiable$.MODULE$.randomUID("winsorizer"));
  }

  /** A model with this uid. */
  public WinsorizerModel(String uid) {
    this.uid = Objects.requireNonNull(uid, "uid");
    inputCols = new StringArrayParam(this, "inputCols", "number columns to read");
    outputCols = new StringArrayParam(this, "outputCols", "columns to append, one for each");
    lower = bounds("lower", "the least value of each column");
    upper = bounds("upper", "the greatest value of each column");
    setDefault(lower, new double[0]);
    setDefault(upper, new double[0]);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Param for the columns to read. */
  public StringArrayParam inputCols() {
    return inputCols;
  }

  /** Param for the columns to append, as many. */
  public StringArrayParam outputCols() {
    return outputCols;
  }

  /** Param for the lower bounds, one for each column. */
  public DoubleArrayParam lower() {
    return lower;
  }

  /** Param for the upper bounds, one for each column. */
  public DoubleArrayParam upper() {
    return upper;
  }

  public String[] getInputCols() {
    return getOrDefault(inputCols).clone();
  }

  public String[] getOutputCols() {
    return getOrDefault(outputCols).clone();
  }

  public double[] getLower() {
    return getOrDefault(lower).clone();
  }

  public double[] getUpper() {
    return getOrDefault(upper).clone();
  }

  public WinsorizerModel setInputCols(String... names) {
    set(inputCols, names.clone());
    return this;
  }

  public WinsorizerModel setOutputCols(String... names) {
    set(outputCols, names.clone());
    return this;
  }

  /** Sets the bounds, one pair for each column. */
  public WinsorizerModel setBounds(double[] lower, double[] upper) {
    set(this.lower, lower.clone());
    set(this.upper, upper.clone());
    return this;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    StageSchema over = columns().over(schema);
    requireBounds();
    return over.output();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    transformSchema(data.schema());
    StageSchema schema = columns().over(data.schema());
    Dataset<Row> apart = MadeColumn.apart(data.toDF());
    String[] names = getInputCols();
    List<Column> made = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      Column number =
          MadeColumn.at(apart, schema.place(WinsorizerColumns.INPUTS, names[i]))
              .cast(DataTypes.DoubleType);
      double low = getOrDefault(lower)[i];
      double high = getOrDefault(upper)[i];
      // For Spark NaN is greater than every number
      Column above = number.gt(high).and(functions.not(functions.isnan(number)));
      made.add(
          functions
              .when(number.lt(low), functions.lit(low))
              .when(above, functions.lit(high))
              .otherwise(number));
    }
    return schema.select(apart, apart.columns(), made);
  }

  private void requireBounds() {
    double[] low = getOrDefault(lower);
    double[] high = getOrDefault(upper);
    int count = getOrDefault(inputCols).length;
    boolean ordered = low.length == count && high.length == count;
    for (int i = 0; ordered && i < count; i++) {
      ordered = low[i] <= high[i];
    }
    if (!ordered) {
      throw new IllegalArgumentException(
          uid
              + ": lower and upper must have a bound for each of "
              + Arrays.toString(getOrDefault(inputCols))
              + ", no lower one above its upper one, but are "
              + Arrays.toString(low)
              + " and "
              + Arrays.toString(high)
              + "; set both by setBounds(...)");
    }
  }

  @Override
  public WinsorizerModel copy(ParamMap extra) {
    WinsorizerModel copied = defaultCopy(extra);
    return copied.setParent(parent());
  }

  /** A reader of saved models. */
  public static MLReader<WinsorizerModel> read() {
    return new Reader().read();
  }

  /** The model saved at this path. */
  public static WinsorizerModel load(String path) {
    return read().load(path);
  }

  private WinsorizerColumns columns() {
    return WinsorizerColumns.of(this, inputCols, outputCols);
  }

  private DoubleArrayParam bounds(String name, String doc) {
    return new DoubleArrayParam(
        this,
        name,
        doc,
        ParamRules.that(
            values -> {
              if (Arrays.stream(values).anyMatch(Double::isNaN)) {
                throw new IllegalArgumentException(
                    name + " must be numbers, but is " + Arrays.toString(values));
              }
            }));
  }

  private static final class Reader implements DefaultParamsReadable<WinsorizerModel> {}
}

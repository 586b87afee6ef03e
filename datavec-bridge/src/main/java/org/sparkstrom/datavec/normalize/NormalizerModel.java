// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.ParamRules;
import org.sparkstrom.datavec.column.StageMetadata;

/**
 * A fitted normalizer as a spark.ml stage: scales columns, or scales them back, in batches and
 * streams. It is saved as {@code metadata/} and {@code data/normalizer.bin}, which is DL4J's own
 * format.
 *
 * <p>All other columns and the order of rows are kept. A float column (or array of float) stays
 * one, other numbers become double, a vector becomes dense. Under {@code keep} a null stays null,
 * NaN stays NaN, a null within an array becomes NaN, and a cell of a wrong length becomes null.
 */
public final class NormalizerModel extends Model<NormalizerModel> implements MLWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Normalization normalization;
  private final ColumnParams columns;
  private final IntArrayParam widths;
  private final Param<String> direction;

  /** A model without statistics, as Spark Connect looks for: it can be read and set, not used. */
  public NormalizerModel() {
    this(StageMetadata.randomUid("normalizer"));
  }

  /** A model without statistics. */
  public NormalizerModel(String uid) {
    this(uid, null);
  }

  NormalizerModel(String uid, Normalization normalization) {
    this.uid = Objects.requireNonNull(uid, "uid");
    this.normalization = normalization;
    this.columns = ColumnParams.of(this);
    this.widths =
        new IntArrayParam(
            this,
            "widths",
            "number of features of each input column; needed only where several columns make up one"
                + " network input and one of them is no single number",
            ParamRules.that(NormalizerModel::requireWidths));
    this.direction =
        new Param<>(
            this,
            "direction",
            "normalize, or revert: take the scaling back",
            ParamRules.oneOf(
                "direction",
                ParamRules.words(
                    ScaledColumn.Direction.values(), ScaledColumn.Direction::paramValue)));
    setDefault(direction, ScaledColumn.Direction.NORMALIZE.paramValue());
  }

  /**
   * A model that applies this normalizer, such as one that {@link NormalizerFile} has read, to
   * these columns.
   */
  public static NormalizerModel of(Normalization normalization, String... inputCols) {
    Objects.requireNonNull(normalization, "normalization");
    return new NormalizerModel(StageMetadata.randomUid("normalizer"), normalization)
        .setInputCols(inputCols);
  }

  @Override
  public String uid() {
    return uid;
  }

  /**
   * The statistics.
   *
   * @throws IllegalStateException if the model has none
   */
  public Normalization normalization() {
    if (normalization == null) {
      throw new IllegalStateException(
          uid + " has no statistics; take the model that NormalizerEstimator.fit returns");
    }
    return normalization;
  }

  /** Param for the columns to scale. */
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

  /** Param for the number of features of each column; set by fit. */
  public IntArrayParam widths() {
    return widths;
  }

  /** Param for the direction: normalize (default) or revert. */
  public Param<String> direction() {
    return direction;
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

  public int[] getWidths() {
    return getOrDefault(widths).clone();
  }

  public String getDirection() {
    return getOrDefault(direction);
  }

  /** Sets the columns to scale. */
  public NormalizerModel setInputCols(String... names) {
    set(inputCols(), names.clone());
    return this;
  }

  /** Sets the names of the scaled columns, one for each input column. */
  public NormalizerModel setOutputCols(String... names) {
    set(outputCols(), names.clone());
    return this;
  }

  /** Sets the policy for invalid entries: error, skip or keep. */
  public NormalizerModel setHandleInvalid(String policy) {
    set(handleInvalid(), policy);
    return this;
  }

  /** Sets the number of features of each input column. */
  public NormalizerModel setWidths(int... counts) {
    set(widths, counts.clone());
    return this;
  }

  /** Sets normalize or revert. */
  public NormalizerModel setDirection(String value) {
    set(direction, value);
    return this;
  }

  /** The stage that takes back what this one does: its inputs are this one's outputs. */
  public NormalizerModel inverse() {
    boolean forward = getDirection().equals(ScaledColumn.Direction.NORMALIZE.paramValue());
    NormalizerModel result =
        copyValues(
            new NormalizerModel(StageMetadata.randomUid("normalizer"), normalization),
            ParamMap.empty());
    result.clear(result.outputCols());
    return result
        .setInputCols(getOutputCols())
        .setDirection(
            (forward ? ScaledColumn.Direction.REVERT : ScaledColumn.Direction.NORMALIZE)
                .paramValue());
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    StructType schema = data.schema();
    StructType output = transformSchema(schema);
    Columns bound = Columns.of(uid, schema, getInputCols());
    List<ScaledColumn> scaled = scaled(bound);
    Dataset<Row> rows = Columns.numbered(data);
    if (getHandleInvalid().equals(HandleInvalid.SKIP.paramValue())) {
      for (int i = 0; i < scaled.size(); i++) {
        rows = rows.filter(scaled.get(i).isValid(input(bound, i)));
      }
    }
    List<Column> selected = new ArrayList<>();
    for (int place = 0; place < schema.size(); place++) {
      selected.add(functions.col(Columns.numbered(place)).as(schema.fieldNames()[place]));
    }
    int appended = schema.size();
    String[] outputs = getOutputCols();
    for (int i = 0; i < scaled.size(); i++) {
      int place = bound.places().get(i);
      boolean inPlace = schema.fieldNames()[place].equals(outputs[i]);
      StructField field = output.fields()[inPlace ? place : appended++];
      Column column = scaled.get(i).of(input(bound, i)).as(field.name(), field.metadata());
      if (inPlace) {
        selected.set(place, column);
      } else {
        selected.add(column);
      }
    }
    return rows.select(selected.toArray(Column[]::new));
  }

  @Override
  public StructType transformSchema(StructType schema) {
    normalization();
    if (!isDefined(inputCols())) {
      throw new IllegalArgumentException(uid + " has no inputCols; call setInputCols(...) first");
    }
    Columns bound = Columns.of(uid, schema, getInputCols());
    scaled(bound);
    return bound.output(uid, schema, getOutputCols());
  }

  private static Column input(Columns bound, int i) {
    return functions.col(Columns.numbered(bound.places().get(i)));
  }

  private List<ScaledColumn> scaled(Columns bound) {
    List<Scaling> scalings =
        normalization()
            .ofColumns(uid, bound.places().size(), isDefined(widths) ? getWidths() : null);
    List<ScaledColumn> result = new ArrayList<>();
    for (int i = 0; i < scalings.size(); i++) {
      String name = getInputCols()[i];
      FeatureColumn kind = bound.kinds().get(i);
      int width = scalings.get(i).width();
      if (kind == FeatureColumn.NUMBER && width > 1) {
        throw new IllegalArgumentException(
            "column '%s' is a number, but %s was fitted on %d features there; assemble them first"
                .formatted(name, uid, width));
      }
      result.add(
          new ScaledColumn(
              name,
              kind,
              FeatureColumn.scaledType(bound.types().get(i)),
              scalings.get(i),
              ParamRules.named(
                  "direction",
                  ScaledColumn.Direction.values(),
                  ScaledColumn.Direction::paramValue,
                  getDirection()),
              HandleInvalid.of(getHandleInvalid())));
    }
    return result;
  }

  @Override
  public NormalizerModel copy(ParamMap extra) {
    NormalizerModel copied = new NormalizerModel(uid, normalization);
    return copyValues(copied, extra).setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new NormalizerPersistence.Writer(this);
  }

  /** A reader of saved models. */
  public static MLReader<NormalizerModel> read() {
    return new NormalizerPersistence.Reader();
  }

  /** The model saved at this path. */
  public static NormalizerModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return uid + (normalization == null ? "" : ": " + normalization);
  }

  private static void requireWidths(int[] counts) {
    if (counts.length == 0 || Arrays.stream(counts).anyMatch(count -> count < 1)) {
      throw new IllegalArgumentException(
          "widths must be at least 1 each, but are " + Arrays.toString(counts));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.missing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.column.ModelTable;
import org.sparkstrom.datavec.column.ParamRules;
import org.sparkstrom.datavec.column.StageMetadata;
import org.sparkstrom.datavec.column.StageSchema;

/**
 * Finds what missing values of columns become: the most frequent value, mean, median or a constant,
 * for all rows or group by group. Spark's own {@code Imputer} knows number columns and no groups.
 *
 * <p>Missing is null, NaN, and in text what {@code missingTexts} lists. {@code fit} runs one query
 * for most frequent values and one for means and medians, over all columns and groups together, and
 * none where all are constants. Of equally frequent values the least counts. A median is a value of
 * the column, its rank off by at most a 10,000th of the rows. The groups are held by the driver and
 * sent to the executors: one row each.
 */
public final class MissingValues extends Estimator<MissingValuesModel>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final MissingParams params;
  private final StringArrayParam strategies;
  private final StringArrayParam constants;

  /** A stage with a random uid. */
  public MissingValues() {
    this(StageMetadata.randomUid("missingValues"));
  }

  /** A stage with this uid. */
  public MissingValues(String uid) {
    this.uid = Objects.requireNonNull(uid, "uid");
    params = MissingParams.of(this);
    strategies =
        new StringArrayParam(
            this,
            "strategies",
            "mode, mean (numbers), median (numbers and times) or constant: one for all columns, or"
                + " one for each",
            ParamRules.that(FillStrategy::of));
    constants =
        new StringArrayParam(
            this,
            "constants",
            "the constants, one for each column of that strategy, in their order; dates and"
                + " timestamps as ISO 8601 has them, timestamps with Z");
    setDefault(strategies, new String[] {FillStrategy.MODE.paramValue()});
    setDefault(constants, new String[0]);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Param for the columns to fill. No default. */
  public StringArrayParam inputCols() {
    return params.inputCols();
  }

  /** Param for the filled columns to append, as many. No default. */
  public StringArrayParam outputCols() {
    return params.outputCols();
  }

  /** Param for boolean columns that say where a value was missing; none by default. */
  public StringArrayParam indicatorCols() {
    return params.indicatorCols();
  }

  /** Param for the columns that make groups; none by default. */
  public StringArrayParam groupCols() {
    return params.groupCols();
  }

  /** Param for what counts as missing in text beside null; nothing by default. */
  public StringArrayParam missingTexts() {
    return params.missingTexts();
  }

  /** Param for one strategy, or one for each column; mode by default. */
  public StringArrayParam strategies() {
    return strategies;
  }

  /** Param for the constants, one for each column of that strategy. */
  public StringArrayParam constants() {
    return constants;
  }

  public String[] getInputCols() {
    return getOrDefault(inputCols()).clone();
  }

  public String[] getOutputCols() {
    return getOrDefault(outputCols()).clone();
  }

  public String[] getIndicatorCols() {
    return getOrDefault(indicatorCols()).clone();
  }

  public String[] getGroupCols() {
    return getOrDefault(groupCols()).clone();
  }

  public String[] getMissingTexts() {
    return getOrDefault(missingTexts()).clone();
  }

  public String[] getStrategies() {
    return getOrDefault(strategies).clone();
  }

  public String[] getConstants() {
    return getOrDefault(constants).clone();
  }

  /** Sets the columns to fill. */
  public MissingValues setInputCols(String... names) {
    set(inputCols(), names.clone());
    return this;
  }

  /** Sets the names of the filled columns. */
  public MissingValues setOutputCols(String... names) {
    set(outputCols(), names.clone());
    return this;
  }

  /** Sets the names of the columns that say where a value was missing. */
  public MissingValues setIndicatorCols(String... names) {
    set(indicatorCols(), names.clone());
    return this;
  }

  /** Sets the columns that make groups. */
  public MissingValues setGroupCols(String... names) {
    set(groupCols(), names.clone());
    return this;
  }

  /** Sets what counts as missing in text beside null. */
  public MissingValues setMissingTexts(String... texts) {
    set(missingTexts(), texts.clone());
    return this;
  }

  /** Sets mode, mean, median or constant, for all columns or for each. */
  public MissingValues setStrategies(String... names) {
    set(strategies, names.clone());
    return this;
  }

  /** Sets the constants, one for each column of that strategy. */
  public MissingValues setConstants(String... values) {
    set(constants, values.clone());
    return this;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    StageSchema over = params.columns(this).over(schema);
    constants(over, kinds(over));
    return over.output();
  }

  /**
   * Finds the fill values.
   *
   * @throws IllegalArgumentException when Params and columns do not fit, before any job; or when a
   *     column has no value to find one from
   */
  @Override
  public MissingValuesModel fit(Dataset<?> data) {
    StageSchema.requireBatch(uid, data);
    MissingColumns columns = params.columns(this);
    StageSchema over = columns.over(data.schema());
    List<FillStrategy> kinds = kinds(over);
    Object[] constant = constants(over, kinds);
    List<DataType> types = types(over, MissingColumns.INPUTS, columns.inputs());
    FillSearch search = new FillSearch(columns.groups().size(), kinds, types);
    FillSearch.Found found = search.run(rows(MadeColumn.apart(data.toDF()), over, columns));
    for (int i = 0; i < constant.length; i++) {
      Object fill = kinds.get(i) == FillStrategy.CONSTANT ? constant[i] : found.overall().get(i);
      found.overall().set(i, fill);
      if (fill == null) {
        throw new IllegalArgumentException(
            uid
                + ": column '"
                + columns.inputs().get(i)
                + "' has no "
                + kinds.get(i).paramValue()
                + ", as its values are all missing, or their mean is no number; leave it out of"
                + " inputCols, fit on other rows, or set the strategy constant");
      }
    }
    List<DataType> keys = types(over, MissingColumns.GROUPS, columns.groups());
    MissingValuesModel model = new MissingValuesModel(uid, table(found, keys, types));
    return copyValues(model, ParamMap.empty()).setParent(this);
  }

  @Override
  public MissingValues copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** A reader of saved stages. */
  public static MLReader<MissingValues> read() {
    return new Reader().read();
  }

  /** The stage saved at this path. */
  public static MissingValues load(String path) {
    return read().load(path);
  }

  /** The keys of groups, and the values, null where missing. */
  private static Dataset<Row> rows(Dataset<Row> apart, StageSchema over, MissingColumns columns) {
    List<Column> selected = new ArrayList<>();
    for (int i = 0; i < columns.groups().size(); i++) {
      int place = over.place(MissingColumns.GROUPS, columns.groups().get(i));
      selected.add(MadeColumn.at(apart, place).as(FillSearch.key(i)));
    }
    for (int i = 0; i < columns.inputs().size(); i++) {
      int place = over.place(MissingColumns.INPUTS, columns.inputs().get(i));
      Column value = MadeColumn.at(apart, place);
      Column missing = columns.isMissing(value, apart.schema().fields()[place].dataType());
      selected.add(functions.when(functions.not(missing), value).as(FillSearch.value(i)));
    }
    return apart.select(selected.toArray(Column[]::new));
  }

  private static List<DataType> types(StageSchema over, String param, List<String> names) {
    return names.stream().map(name -> over.field(param, name).dataType()).toList();
  }

  private static ModelTable table(
      FillSearch.Found found, List<DataType> keys, List<DataType> types) {
    List<Row> rows = new ArrayList<>();
    rows.add(row(true, Collections.nCopies(keys.size(), null), found.overall()));
    found.groups().forEach((key, fills) -> rows.add(row(false, key, fills)));
    return new ModelTable(MissingValuesModel.tableType(keys, types), rows);
  }

  private static Row row(boolean overall, List<Object> key, List<Object> fills) {
    List<Object> values = new ArrayList<>();
    values.add(overall);
    values.addAll(key);
    values.addAll(fills);
    return RowFactory.create(values.toArray());
  }

  private List<FillStrategy> kinds(StageSchema over) {
    String[] names = getInputCols();
    List<FillStrategy> kinds = FillStrategy.of(getStrategies());
    if (kinds.size() == 1) {
      kinds = Collections.nCopies(names.length, kinds.get(0));
    }
    if (kinds.size() != names.length) {
      throw new IllegalArgumentException(
          uid
              + ": strategies must be one, or one for each of inputCols "
              + Arrays.toString(names)
              + ", but are "
              + Arrays.toString(getStrategies()));
    }
    for (int i = 0; i < names.length; i++) {
      StructField field = over.field(MissingColumns.INPUTS, names[i]);
      if (!kinds.get(i).fits(field.dataType())) {
        throw new IllegalArgumentException(
            uid
                + ": column '"
                + names[i]
                + "' of type "
                + field.dataType().catalogString()
                + " has no "
                + kinds.get(i).paramValue()
                + "; set another strategy for it");
      }
    }
    return kinds;
  }

  /** The constants by column; null where the strategy is another. */
  private Object[] constants(StageSchema over, List<FillStrategy> kinds) {
    String[] names = getInputCols();
    String[] texts = getConstants();
    int count = Collections.frequency(kinds, FillStrategy.CONSTANT);
    if (texts.length != count) {
      throw new IllegalArgumentException(
          uid
              + ": constants must be one for each column of the strategy constant, "
              + count
              + ", but are "
              + Arrays.toString(texts));
    }
    Object[] constant = new Object[names.length];
    int next = 0;
    for (int i = 0; i < names.length; i++) {
      if (kinds.get(i) == FillStrategy.CONSTANT) {
        DataType type = over.field(MissingColumns.INPUTS, names[i]).dataType();
        constant[i] = FillConstant.parse(uid + ", column '" + names[i] + "'", texts[next], type);
        next++;
      }
    }
    return constant;
  }

  private static final class Reader implements DefaultParamsReadable<MissingValues> {}
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.missing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.column.ModelTable;
import org.sparkstrom.datavec.column.StageMetadata;
import org.sparkstrom.datavec.column.StageSchema;
import org.sparkstrom.datavec.column.TableModel;

/**
 * Fills missing values with what {@link MissingValues} found, and says where it did.
 *
 * <p>The filled columns have their inputs' types and metadata, and no null. A group that the fit
 * did not see, or in which a column had no value, gets what was found for all rows. The work is
 * expressions of Spark SQL and, where there are groups, a broadcast join; it starts no job, keeps
 * all rows in their order, and runs on streams.
 */
public final class MissingValuesModel extends TableModel<MissingValuesModel> {
  private static final long serialVersionUID = 1L;
  private static final String JOINED = "__fill_";

  private final MissingParams params;

  /** A model that was not fitted: it can be read and set, not used. */
  public MissingValuesModel() {
    this(StageMetadata.randomUid("missingValues"));
  }

  /** A model that was not fitted. */
  public MissingValuesModel(String uid) {
    this(uid, ModelTable.none());
  }

  MissingValuesModel(String uid, ModelTable table) {
    super(uid, table);
    params = MissingParams.of(this);
  }

  /** The columns of the table: whether the row is for all rows, the group's keys, fill values. */
  static StructType tableType(List<DataType> keys, List<DataType> fills) {
    StructType type = new StructType().add(FillSearch.OVERALL, DataTypes.BooleanType);
    for (int i = 0; i < keys.size(); i++) {
      type = type.add(FillSearch.key(i), keys.get(i));
    }
    for (int i = 0; i < fills.size(); i++) {
      type = type.add(FillSearch.value(i), fills.get(i));
    }
    return type;
  }

  /** Param for the columns to fill. */
  public StringArrayParam inputCols() {
    return params.inputCols();
  }

  /** Param for the filled columns to append, as many. */
  public StringArrayParam outputCols() {
    return params.outputCols();
  }

  /** Param for boolean columns that say where a value was missing; none by default. */
  public StringArrayParam indicatorCols() {
    return params.indicatorCols();
  }

  /** Param for the columns that make groups. */
  public StringArrayParam groupCols() {
    return params.groupCols();
  }

  /** Param for what counts as missing in text beside null. */
  public StringArrayParam missingTexts() {
    return params.missingTexts();
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

  /** Sets the columns to fill, of the types that the fit saw. */
  public MissingValuesModel setInputCols(String... names) {
    set(inputCols(), names.clone());
    return this;
  }

  /** Sets the names of the filled columns. */
  public MissingValuesModel setOutputCols(String... names) {
    set(outputCols(), names.clone());
    return this;
  }

  /** Sets the names of the columns that say where a value was missing. */
  public MissingValuesModel setIndicatorCols(String... names) {
    set(indicatorCols(), names.clone());
    return this;
  }

  /** Sets the columns that make groups, of the types that the fit saw. */
  public MissingValuesModel setGroupCols(String... names) {
    set(groupCols(), names.clone());
    return this;
  }

  /** Sets what counts as missing in text beside null. */
  public MissingValuesModel setMissingTexts(String... texts) {
    set(missingTexts(), texts.clone());
    return this;
  }

  /**
   * The fill values for all rows, one for each input column.
   *
   * @throws IllegalStateException when the model was not fitted
   */
  public Row overall() {
    Row found = table().rows().stream().filter(row -> row.getBoolean(0)).findFirst().orElseThrow();
    Object[] fills = new Object[getInputCols().length];
    int from = found.size() - fills.length;
    for (int i = 0; i < fills.length; i++) {
      fills[i] = found.get(from + i);
    }
    return RowFactory.create(fills);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    MissingColumns columns = params.columns(this);
    StageSchema over = columns.over(schema);
    StructType known = table().type();
    List<StructField> asked = new ArrayList<>();
    columns.groups().forEach(name -> asked.add(over.field(MissingColumns.GROUPS, name)));
    columns.inputs().forEach(name -> asked.add(over.field(MissingColumns.INPUTS, name)));
    boolean same = known.size() == asked.size() + 1;
    for (int i = 0; same && i < asked.size(); i++) {
      same = known.fields()[i + 1].dataType().equals(asked.get(i).dataType());
    }
    if (!same) {
      throw new IllegalArgumentException(
          uid()
              + ": groupCols and inputCols must have the types that the fit saw, "
              + new StructType(Arrays.copyOfRange(known.fields(), 1, known.size())).toDDL()
              + ", but are "
              + new StructType(asked.toArray(StructField[]::new)).toDDL()
              + "; cast them, or fit again");
    }
    return over.output();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    transformSchema(data.schema());
    MissingColumns columns = params.columns(this);
    StageSchema over = columns.over(data.schema());
    Dataset<Row> apart = MadeColumn.apart(data.toDF());
    Dataset<Row> joined =
        columns.groups().isEmpty() ? apart : withGroup(apart, over, columns.groups());
    Row overall = overall();
    List<Column> filled = new ArrayList<>();
    List<Column> indicators = new ArrayList<>();
    for (int i = 0; i < columns.inputs().size(); i++) {
      int place = over.place(MissingColumns.INPUTS, columns.inputs().get(i));
      DataType type = data.schema().fields()[place].dataType();
      Column value = MadeColumn.at(apart, place);
      Column missing = columns.isMissing(value, type);
      Column fill = functions.lit(overall.get(i)).cast(type);
      if (!columns.groups().isEmpty()) {
        fill = functions.coalesce(functions.col(JOINED + FillSearch.value(i)), fill);
      }
      filled.add(functions.coalesce(functions.when(functions.not(missing), value), fill));
      indicators.add(missing);
    }
    if (!columns.indicators().isEmpty()) {
      filled.addAll(indicators);
    }
    return over.select(joined, apart.columns(), filled);
  }

  /** The rows, each with the fill values of its group, null where it has none. */
  private Dataset<Row> withGroup(Dataset<Row> apart, StageSchema over, List<String> groups) {
    ModelTable table = table();
    List<Row> rows = table.rows().stream().filter(row -> !row.getBoolean(0)).toList();
    SparkSession spark = apart.sparkSession();
    String[] names = table.type().fieldNames();
    for (int i = 0; i < names.length; i++) {
      names[i] = JOINED + names[i];
    }
    Dataset<Row> fills = new ModelTable(table.type(), rows).frame(spark).toDF(names);
    Optional<Column> same = Optional.empty();
    for (int i = 0; i < groups.size(); i++) {
      Column key = MadeColumn.at(apart, over.place(MissingColumns.GROUPS, groups.get(i)));
      Column equal = key.eqNullSafe(functions.col(JOINED + FillSearch.key(i)));
      same = Optional.of(same.map(before -> before.and(equal)).orElse(equal));
    }
    return apart.join(functions.broadcast(fills), same.orElseThrow(), "left_outer");
  }

  @Override
  protected MissingValuesModel create(String uid, ModelTable table) {
    return new MissingValuesModel(uid, table);
  }

  @Override
  public MissingValuesModel copy(ParamMap extra) {
    return super.copy(extra);
  }

  /** A reader of saved models. */
  public static MLReader<MissingValuesModel> read() {
    return reader(MissingValuesModel.class, MissingValuesModel::new);
  }

  /** The model saved at this path. */
  public static MissingValuesModel load(String path) {
    return read().load(path);
  }
}

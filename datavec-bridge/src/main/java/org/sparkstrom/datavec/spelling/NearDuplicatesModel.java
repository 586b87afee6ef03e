// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.spelling;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.column.ModelTable;
import org.sparkstrom.datavec.column.StageMetadata;
import org.sparkstrom.datavec.column.StageSchema;
import org.sparkstrom.datavec.column.TableModel;

/**
 * Writes one spelling for all that {@link NearDuplicates} found to be the same.
 *
 * <p>A spelling that the fit did not see is written so too when it differs from one that it saw by
 * case, width, white space or punctuation alone; any other text, and null, stays. It starts no job,
 * keeps all rows in their order, and runs on streams: the groups come by a broadcast join.
 */
public final class NearDuplicatesModel extends TableModel<NearDuplicatesModel> {
  private static final long serialVersionUID = 1L;
  private static final String KEY = "__spelling_key";
  private static final String REPRESENTATIVE = "__spelling_representative";

  private final Param<String> inputCol;
  private final Param<String> outputCol;

  /** A model that was not fitted: it can be read and set, not used. */
  public NearDuplicatesModel() {
    this(StageMetadata.randomUid("nearDuplicates"));
  }

  /** A model that was not fitted. */
  public NearDuplicatesModel(String uid) {
    this(uid, ModelTable.none());
  }

  NearDuplicatesModel(String uid, ModelTable table) {
    super(uid, table);
    inputCol = new Param<>(this, SpellingColumns.INPUT, "name of the column of text to read");
    outputCol = new Param<>(this, "outputCol", "name of the column to append");
    setDefault(outputCol, uid + "__output");
  }

  /** Param for the column to read. */
  public Param<String> inputCol() {
    return inputCol;
  }

  /** Param for the column to append. */
  public Param<String> outputCol() {
    return outputCol;
  }

  public String getInputCol() {
    return getOrDefault(inputCol);
  }

  public String getOutputCol() {
    return getOrDefault(outputCol);
  }

  public NearDuplicatesModel setInputCol(String name) {
    set(inputCol, name);
    return this;
  }

  public NearDuplicatesModel setOutputCol(String name) {
    set(outputCol, name);
    return this;
  }

  /**
   * The spelling for each key (the text without case, width and punctuation) that has several
   * spellings or is like another; for review.
   *
   * @throws IllegalStateException when the model was not fitted
   */
  public Map<String, String> representatives() {
    Map<String, String> all = new TreeMap<>();
    table().rows().forEach(row -> all.put(row.getString(0), row.getString(1)));
    return all;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    table();
    return columns().over(schema).output();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    SpellingColumns columns = columns();
    StageSchema over = columns.over(data.schema());
    Dataset<Row> apart = MadeColumn.apart(data.toDF());
    Column text = MadeColumn.at(apart, over.place(SpellingColumns.INPUT, columns.input()));
    Dataset<Row> table = table().frame(apart.sparkSession()).toDF(KEY, REPRESENTATIVE);
    Column key = functions.udf(new SpellingKey(), DataTypes.StringType).apply(text);
    Dataset<Row> joined =
        apart.join(functions.broadcast(table), key.equalTo(functions.col(KEY)), "left_outer");
    Column spelled = functions.coalesce(functions.col(REPRESENTATIVE), text);
    return over.select(joined, apart.columns(), List.of(spelled));
  }

  @Override
  protected NearDuplicatesModel create(String uid, ModelTable table) {
    return new NearDuplicatesModel(uid, table);
  }

  private SpellingColumns columns() {
    return SpellingColumns.of(this, inputCol, outputCol);
  }

  @Override
  public NearDuplicatesModel copy(ParamMap extra) {
    return super.copy(extra);
  }

  /** A reader of saved models. */
  public static MLReader<NearDuplicatesModel> read() {
    return reader(NearDuplicatesModel.class, NearDuplicatesModel::new);
  }

  /** The model saved at this path. */
  public static NearDuplicatesModel load(String path) {
    return read().load(path);
  }
}

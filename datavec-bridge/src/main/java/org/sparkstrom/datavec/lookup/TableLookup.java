// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.lookup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.ColumnFunction;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.column.ModelTable;
import org.sparkstrom.datavec.column.ParamRules;
import org.sparkstrom.datavec.column.RefusedValueException;
import org.sparkstrom.datavec.column.StageMetadata;
import org.sparkstrom.datavec.column.StageSchema;
import org.sparkstrom.datavec.column.TableModel;

/**
 * A spark.ml stage that appends columns of a reference table, which it takes along: attributes of
 * an ID, or latitude and longitude of a place by its name.
 *
 * <p>Keys match when they are equal, or, for tables made by {@link #bySpelling}, when their texts
 * differ in case, width, white space or punctuation alone. A key that the table has not, or a null,
 * is handled by {@code handleInvalid}: error (default; the job fails and names the key), skip (the
 * row is left out), keep (the new columns are null). Rows keep their order, and no row comes twice,
 * since the table has each key once. The work is a broadcast join: it starts no job and runs on
 * streams. The table is held by the driver and sent to each executor, so it must fit there.
 */
public final class TableLookup extends TableModel<TableLookup> {
  private static final long serialVersionUID = 1L;
  private static final String KEYS = "keyCols";
  private static final String JOINED = "__lookup_";
  private static final String FOUND = JOINED + "found";
  private static final String KNOWN = JOINED + "known";

  private final StringArrayParam keyCols;
  private final StringArrayParam outputCols;
  private final Param<String> match;
  private final Param<String> handleInvalid;

  /** A stage without a table: it can be read and set, not used. */
  public TableLookup() {
    this(StageMetadata.randomUid("tableLookup"));
  }

  /** A stage without a table. */
  public TableLookup(String uid) {
    this(uid, ModelTable.none());
  }

  private TableLookup(String uid, ModelTable table) {
    super(uid, table);
    keyCols =
        new StringArrayParam(
            this, KEYS, "columns to look up, one for each key of the table, in its order");
    outputCols =
        new StringArrayParam(
            this, "outputCols", "columns to append, one for each of the table beside its keys");
    match =
        new Param<>(
            this,
            "match",
            "how keys match: exact, or spelling (texts but for case, width, white space and"
                + " punctuation); as the table was made",
            ParamRules.oneOf("match", ParamRules.words(KeyMatch.values(), KeyMatch::paramValue)));
    handleInvalid =
        new Param<>(
            this,
            "handleInvalid",
            "what becomes of a row whose key is null or not in the table: error (the job fails),"
                + " skip (the row is left out), keep (the new columns are null)",
            ParamRules.that(HandleInvalid::of));
    setDefault(match, KeyMatch.EXACT.paramValue());
    setDefault(handleInvalid, HandleInvalid.ERROR.paramValue());
  }

  /**
   * A stage over a table with these key columns, which match when they are equal. Runs a job that
   * reads the table. The new columns have the names of the table's other columns, and the looked up
   * ones those of its keys, until the stage is told otherwise.
   *
   * @throws IllegalArgumentException when the table has no such key, no other column, or a key that
   *     is null or there twice
   */
  public static TableLookup exact(Dataset<?> table, String... keys) {
    return of(table, KeyMatch.EXACT, keys);
  }

  /**
   * The same with texts that match when their spellings differ in case, width, white space or
   * punctuation alone.
   *
   * @throws IllegalArgumentException as {@link #exact}, or when two keys match each other
   */
  public static TableLookup bySpelling(Dataset<?> table, String... keys) {
    return of(table, KeyMatch.SPELLING, keys);
  }

  private static TableLookup of(Dataset<?> table, KeyMatch match, String[] keys) {
    String uid = StageMetadata.randomUid("tableLookup");
    ReferenceTable reference = ReferenceTable.read(uid, table, match, keys);
    TableLookup stage = new TableLookup(uid, reference.table());
    stage.set(stage.match, match.paramValue());
    return stage.setKeyCols(keys).setOutputCols(reference.values().toArray(String[]::new));
  }

  /** Param for the columns to look up; by default called as the table's keys. */
  public StringArrayParam keyCols() {
    return keyCols;
  }

  /** Param for the columns to append; by default called as the table's. */
  public StringArrayParam outputCols() {
    return outputCols;
  }

  /** Param for how keys match: exact or spelling; fixed when the table is made. */
  public Param<String> match() {
    return match;
  }

  /** Param for the policy for unknown keys: error (default), skip or keep. */
  public Param<String> handleInvalid() {
    return handleInvalid;
  }

  public String[] getKeyCols() {
    return getOrDefault(keyCols).clone();
  }

  public String[] getOutputCols() {
    return getOrDefault(outputCols).clone();
  }

  public String getMatch() {
    return getOrDefault(match);
  }

  public String getHandleInvalid() {
    return getOrDefault(handleInvalid);
  }

  /** Sets the columns to look up, one for each key of the table. */
  public TableLookup setKeyCols(String... names) {
    set(keyCols, names.clone());
    return this;
  }

  /** Sets the names of the columns to append, one for each of the table beside its keys. */
  public TableLookup setOutputCols(String... names) {
    set(outputCols, names.clone());
    return this;
  }

  /** Sets the policy for unknown keys: error, skip or keep. */
  public TableLookup setHandleInvalid(String policy) {
    set(handleInvalid, policy);
    return this;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    return over(schema).output();
  }

  private StageSchema over(StructType schema) {
    StructField[] known = table().type().fields();
    String[] keys = getKeyCols();
    String[] outputs = getOutputCols();
    int keyCount = ReferenceTable.keyCount(table());
    if (keys.length != keyCount || outputs.length != known.length - keyCount) {
      throw new IllegalArgumentException(
          "%s: the table has %d keys and %d other columns, but keyCols are %s and outputCols %s"
              .formatted(
                  uid(),
                  keyCount,
                  known.length - keyCount,
                  Arrays.toString(keys),
                  Arrays.toString(outputs)));
    }
    StageSchema result = new StageSchema(uid(), schema);
    for (int i = 0; i < keyCount; i++) {
      StructField key = result.field(KEYS, keys[i]);
      if (!key.dataType().equals(known[i].dataType())) {
        throw new IllegalArgumentException(
            uid()
                + ": key column '"
                + keys[i]
                + "' must be "
                + known[i].dataType().catalogString()
                + ", as the table's, but is "
                + key.dataType().catalogString()
                + "; cast it");
      }
    }
    for (int i = 0; i < outputs.length; i++) {
      StructField field = known[keyCount + i];
      result.append(new StructField(outputs[i], field.dataType(), true, field.metadata()));
    }
    return result;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> data) {
    StageSchema over = over(data.schema());
    Dataset<Row> apart = MadeColumn.apart(data.toDF());
    KeyMatch how = ParamRules.named("match", KeyMatch.values(), KeyMatch::paramValue, getMatch());
    List<Column> texts = new ArrayList<>();
    Column same = functions.lit(true);
    for (String name : getKeyCols()) {
      Column key = MadeColumn.at(apart, over.place(KEYS, name));
      Column compared = how.of(key, over.field(KEYS, name).dataType());
      same = same.and(compared.equalTo(functions.col(JOINED + ReferenceTable.key(texts.size()))));
      texts.add(key.cast(DataTypes.StringType));
    }
    Dataset<Row> table = table().frame(apart.sparkSession());
    String[] names = Arrays.stream(table.columns()).map(n -> JOINED + n).toArray(String[]::new);
    table = table.toDF(names).withColumn(FOUND, functions.lit(true));
    Dataset<Row> joined = apart.join(functions.broadcast(table), same, "left_outer");
    Column origin = functions.concat_ws(", ", texts.toArray(Column[]::new));
    Dataset<Row> known = known().append(joined, Optional.of(origin), Optional.empty());
    List<Column> made = new ArrayList<>();
    for (int i = 0; i < getOutputCols().length; i++) {
      Column value = functions.col(JOINED + ReferenceTable.value(i));
      made.add(functions.when(functions.col(KNOWN), value));
    }
    return over.select(known, apart.columns(), made);
  }

  /** Whether the key was found, under the policy. */
  private MadeColumn known() {
    return new MadeColumn(
        uid() + ", key " + Arrays.toString(getKeyCols()),
        functions.coalesce(functions.col(FOUND), functions.lit(false)),
        new StructField(KNOWN, DataTypes.BooleanType, true, Metadata.empty()),
        found(),
        HandleInvalid.of(getHandleInvalid()));
  }

  private static ColumnFunction found() {
    return found -> {
      if (!((Boolean) found)) {
        throw new RefusedValueException("the table has no such key");
      }
      return found;
    };
  }

  @Override
  protected TableLookup create(String uid, ModelTable table) {
    return new TableLookup(uid, table);
  }

  @Override
  public TableLookup copy(ParamMap extra) {
    return super.copy(extra);
  }

  /** A reader of saved stages. */
  public static MLReader<TableLookup> read() {
    return reader(TableLookup.class, TableLookup::new);
  }

  /** The stage saved at this path. */
  public static TableLookup load(String path) {
    return read().load(path);
  }
}

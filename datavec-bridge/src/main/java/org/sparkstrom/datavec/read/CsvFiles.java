// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.schema.Schema;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.column.RefusedValueException;

/**
 * CSV as RFC 4180 has it (Shafranovich, 2005), both ways: Spark's source with its options set so,
 * and the columns of a DataVec schema.
 *
 * <p>Values may be quoted, with quotes doubled within ({@code 1,"Braund, ""Mr."" Owen",m}), and
 * hold separators and line ends. Spark's defaults take a backslash for the escape, trim what they
 * write, and cut records at each line end. No value ({@code a,,b}) is null, a quoted empty one is
 * an empty string. One task reads a file whole, since a line end may be inside quotes: use many
 * files rather than one large one, or {@link #withoutLineEndsInValues}. A blank line is no record,
 * under each policy: with one column, that is how other programs write null.
 *
 * <p>Records may end with LF, CRLF or CR: the first line end of a file tells, be it in a value.
 * Hence values that hold carriage returns come back unchanged only {@link #withLineFeeds}. What
 * {@link #write} writes, these settings read back equal; what would not come back so, it refuses.
 *
 * <p>A record with another number of values than the schema has columns, or a value that its column
 * cannot hold, is a bad record, whichever columns a query uses: error fails the job and shows file
 * and record, skip leaves it out, keep gives null for values that are missing or unreadable.
 * Immutable.
 */
public final class CsvFiles {
  /** Stands for no value where Spark would else take an empty string for it; in no text. */
  private static final String NO_VALUE = "\u0000\uFFFFno value";

  private static final String CORRUPT = "__corrupt";
  private static final String CHECKED = "__checked";
  private static final int SHOWN_CHARS = 200;

  private final Schema schema;
  private final HandleInvalid policy;
  private final Map<String, String> options;

  private CsvFiles(Schema schema, HandleInvalid policy, Map<String, String> options) {
    this.schema = schema;
    this.policy = policy;
    this.options = Map.copyOf(options);
  }

  /**
   * Comma separated files in UTF-8 without header, with {@link HandleInvalid#ERROR}.
   *
   * @throws IllegalArgumentException when text cannot hold a column
   */
  public static CsvFiles of(Schema schema) {
    Restrictions.textColumns(Objects.requireNonNull(schema, "schema"), "CsvFiles");
    Map<String, String> options = new HashMap<>();
    options.put("quote", "\"");
    options.put("escape", "\"");
    options.put("multiLine", "true");
    options.put("header", "false");
    options.put("enforceSchema", "false");
    options.put("ignoreLeadingWhiteSpace", "false");
    options.put("ignoreTrailingWhiteSpace", "false");
    return new CsvFiles(schema, HandleInvalid.ERROR, options);
  }

  /** The same for files whose first record names the columns: they must be the schema's. */
  public CsvFiles withHeader() {
    return with("header", "true");
  }

  /** The same for values between which this stands, say a semicolon or a tab. */
  public CsvFiles withSeparator(char separator) {
    if (separator == '"' || separator == '\n' || separator == '\r') {
      throw new IllegalArgumentException(
          "the separator must not be a quote or a line end, but is character " + (int) separator);
    }
    return with("sep", Character.toString(separator));
  }

  /** The same for files in which each line is a record: Spark splits such files over tasks. */
  public CsvFiles withoutLineEndsInValues() {
    return with("multiLine", "false");
  }

  /** The same for files whose records end with LF alone: line ends in values stay as they are. */
  public CsvFiles withLineFeeds() {
    return with("lineSep", "\n");
  }

  /** The same under another policy for bad records. */
  public CsvFiles withHandleInvalid(HandleInvalid handleInvalid) {
    return new CsvFiles(schema, Objects.requireNonNull(handleInvalid, "handleInvalid"), options);
  }

  /** The records of these files or folders. */
  public Dataset<Row> read(SparkSession spark, String... paths) {
    return checked(spark.read().schema(fileColumns()).options(readOptions()).csv(paths));
  }

  /** The records of a folder's files, and of those that will come. */
  public Dataset<Row> readStream(SparkSession spark, String path) {
    return checked(spark.readStream().schema(fileColumns()).options(readOptions()).csv(path));
  }

  /**
   * Writes rows to a folder; fails if there is one. The job fails at a value that would not read
   * back with these settings (a carriage return without {@link #withLineFeeds}, a line end {@link
   * #withoutLineEndsInValues}), and at a row that would be a blank line.
   */
  public void write(Dataset<?> rows, String path) {
    DataFrameWriter<Row> writer =
        new CsvRoundTrip(options)
            .check(rows.toDF())
            .write()
            .options(options)
            .option("lineSep", "\n")
            .option("nullValue", "")
            .option("emptyValue", "\"\"");
    writer.csv(path);
  }

  private CsvFiles with(String option, String value) {
    Map<String, String> changed = new HashMap<>(options);
    changed.put(option, value);
    return new CsvFiles(schema, policy, changed);
  }

  private StructType columns() {
    return Restrictions.textColumns(schema, "CsvFiles");
  }

  /** What Spark reads: the schema's columns and, unless all is kept, the text of a bad record. */
  private StructType fileColumns() {
    return policy == HandleInvalid.KEEP ? columns() : columns().add(CORRUPT, DataTypes.StringType);
  }

  private Dataset<Row> checked(Dataset<Row> records) {
    Dataset<Row> good = policy == HandleInvalid.KEEP ? records : withoutCorrupt(records);
    return Restrictions.apply(good, schema, policy);
  }

  private Dataset<Row> withoutCorrupt(Dataset<Row> records) {
    Column corrupt = functions.col(CORRUPT);
    // Mentions each column, since Spark converts those that a query mentions, and no other
    Column all = functions.lit(false);
    for (String name : columns().fieldNames()) {
      all = all.or(MadeColumn.named(name).isNull());
    }
    Column origin =
        functions.concat(
            functions.input_file_name(),
            functions.lit(", record '"),
            functions.substring(corrupt, 1, SHOWN_CHARS),
            functions.lit("'"));
    MadeColumn check =
        new MadeColumn(
            "CsvFiles",
            functions.struct(corrupt, all),
            new StructField(CHECKED, DataTypes.BooleanType, true, Metadata.empty()),
            CsvFiles::requireWhole,
            policy);
    Column[] columns =
        Arrays.stream(columns().fieldNames()).map(MadeColumn::named).toArray(Column[]::new);
    return check
        .append(records, Optional.of(origin), Optional.empty())
        .where(functions.col(CHECKED))
        .select(columns);
  }

  private static Object requireWhole(Object record) {
    if (!((Row) record).isNullAt(0)) {
      throw new RefusedValueException(
          "the record must have a value for each column of the schema, of its type, and no other");
    }
    return true;
  }

  private Map<String, String> readOptions() {
    Map<String, String> all = new HashMap<>(options);
    all.put("nullValue", NO_VALUE);
    all.put("emptyValue", "");
    all.put("columnPruning", "false");
    all.put("mode", "PERMISSIVE");
    all.put("columnNameOfCorruptRecord", CORRUPT);
    return all;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.schema.Schema;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.read.LineTable.Origin;

/**
 * JSON objects, one a line, as rows with the columns of a schema: parsed by Spark, under one
 * policy.
 *
 * <p>Spark's JSON source looks only at the columns that a query uses, so that which rows count as
 * malformed depends on the query; here every column counts. A key that an object lacks is null, one
 * that the schema lacks is passed over, an empty line is no row. Times are ISO 8601, or seconds
 * since 1970 as a number, as Spark has it. A line that is not one object and nothing else, or a
 * value of another type than its column's, is a bad line, also where Spark takes the first of
 * several objects, or a number's text for a string: error fails the job and shows file and line;
 * skip leaves the line out; keep gives null for the values that cannot be read, and for all where
 * the line is not one object. Immutable.
 */
public final class JsonLines {
  private static final String CORRUPT = "__corrupt";

  private final Schema schema;
  private final HandleInvalid policy;

  private JsonLines(Schema schema, HandleInvalid policy) {
    this.schema = schema;
    this.policy = policy;
  }

  /**
   * A reader of lines, with {@link HandleInvalid#ERROR}.
   *
   * @throws IllegalArgumentException when JSON has no value for a column
   */
  public static JsonLines of(Schema schema) {
    Objects.requireNonNull(schema, "schema");
    Restrictions.textColumns(schema, "JsonLines");
    return new JsonLines(schema, HandleInvalid.ERROR);
  }

  /** The same reader under another policy for bad lines. */
  public JsonLines withHandleInvalid(HandleInvalid handleInvalid) {
    return new JsonLines(schema, Objects.requireNonNull(handleInvalid, "handleInvalid"));
  }

  /** The lines of these files or folders. */
  public Dataset<Row> read(SparkSession spark, String... paths) {
    return parse(spark.read().text(paths), LineTable.TEXT, Origin.FILE);
  }

  /** The lines of a folder's files, and of those that will come. */
  public Dataset<Row> readStream(SparkSession spark, String path) {
    return parse(spark.readStream().text(path), LineTable.TEXT, Origin.FILE);
  }

  /** The columns of lines that stand in a string column, behind the data's other columns. */
  public Dataset<Row> parse(Dataset<?> data, String column) {
    return parse(data, column, Origin.COLUMN);
  }

  private Dataset<Row> parse(Dataset<?> data, String column, Origin origin) {
    StructType columns = Restrictions.textColumns(schema, "JsonLines");
    LineTable table = new LineTable("JsonLines", columns, new JsonRecord(columns, policy), policy);
    Dataset<Row> lines = table.lines(data, column);
    Column line = MadeColumn.at(lines, table.place(data, column));
    Column parsed =
        functions.from_json(
            line,
            columns.add(CORRUPT, DataTypes.StringType),
            Map.of("mode", "PERMISSIVE", "columnNameOfCorruptRecord", CORRUPT));
    Column input =
        functions.when(line.isNotNull(), functions.struct(line.as("line"), parsed.as("parsed")));
    Dataset<Row> records = lines.where(line.isNull().or(functions.trim(line).notEqual("")));
    return Restrictions.apply(table.parse(data, column, records, input, origin), schema, policy);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.datavec.column.MadeColumn;

/**
 * Fails the job that writes a row which a reader with the same options would not give back: a
 * written file that reads otherwise is found out too late.
 *
 * @param options Spark's, of the CSV source
 */
record CsvRoundTrip(Map<String, String> options) {
  private static final String BLANK = "^[\\x00-\\x20]+$";

  /** The same rows, checked when they are written. */
  Dataset<Row> check(Dataset<Row> rows) {
    Dataset<Row> apart = MadeColumn.apart(rows);
    StructField[] fields = rows.schema().fields();
    List<Column> checked = new ArrayList<>();
    for (int i = 0; i < fields.length; i++) {
      checked.add(checked(fields[i], MadeColumn.at(apart, i)));
    }
    if (mayBeBlank(fields.length)) {
      checked.set(0, notBlank(apart, fields, checked.get(0)));
    }
    return apart.select(checked.toArray(Column[]::new));
  }

  private Column checked(StructField field, Column value) {
    Column result = value;
    if (field.dataType().equals(DataTypes.StringType)) {
      if (!options.containsKey("lineSep")) {
        result =
            refuseIf(
                value.contains("\r"),
                "column '"
                    + field.name()
                    + "' holds a carriage return, which may read back as a line end; set"
                    + " withLineFeeds() to write and to read, or replace it",
                result);
      }
      if (!multiLine()) {
        result =
            refuseIf(
                value.contains("\n"),
                "column '"
                    + field.name()
                    + "' holds a line end, although withoutLineEndsInValues() is set; leave that"
                    + " out, or replace the line end",
                result);
      }
    }
    return result.as(field.name(), field.metadata());
  }

  /** Whether a row may be written as what the reader takes for no record. */
  private boolean mayBeBlank(int columns) {
    return columns == 1 || (!multiLine() && options.getOrDefault("sep", ",").isBlank());
  }

  private Column notBlank(Dataset<Row> apart, StructField[] fields, Column first) {
    Column blank = functions.lit(true);
    for (int i = 0; i < fields.length; i++) {
      Column value = MadeColumn.at(apart, i);
      Column none = value.isNull();
      if (!multiLine() && fields[i].dataType().equals(DataTypes.StringType)) {
        none = none.or(value.rlike(BLANK));
      }
      blank = blank.and(none);
    }
    return refuseIf(
            blank,
            "a row of nothing but null or spaces would be a blank line, which no reader takes for"
                + " a record; leave such rows out, or write a column more",
            first)
        .as(fields[0].name(), fields[0].metadata());
  }

  private boolean multiLine() {
    return Boolean.parseBoolean(options.get("multiLine"));
  }

  private static Column refuseIf(Column bad, String reason, Column value) {
    return functions
        .when(bad, functions.raise_error(functions.lit("CsvFiles: " + reason)))
        .otherwise(value);
  }
}

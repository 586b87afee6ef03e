// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.column.ColumnFunction;
import org.sparkstrom.datavec.column.MadeColumn;

/**
 * Columns made of a column of lines: the way that all formats of one record a line share.
 *
 * @param name the format, for people
 * @param columns the columns of a record
 * @param parser makes a Row with these columns
 * @param policy what becomes of lines that the parser refuses
 */
record LineTable(String name, StructType columns, ColumnFunction parser, HandleInvalid policy) {
  private static final String RECORD = "__record";

  /** The column of Spark's text source. */
  static final String TEXT = "value";

  /**
   * The data's other columns, then the record's.
   *
   * @param lineColumn string column with the lines
   * @param input what the parser gets of it
   */
  Dataset<Row> parse(Dataset<?> data, String lineColumn, Column input) {
    Dataset<Row> lines = data.toDF();
    requireFree(lines.schema(), lineColumn);
    StructField record = new StructField(RECORD, columns, true, Metadata.empty());
    MadeColumn column =
        new MadeColumn(name + ", column '" + lineColumn + "'", input, record, parser, policy);
    Dataset<Row> parsed =
        column.append(lines, Optional.of(shownLine(lineColumn)), Optional.empty());
    List<Column> selected = new ArrayList<>();
    for (String other : lines.columns()) {
      if (!other.equals(lineColumn)) {
        selected.add(MadeColumn.named(other));
      }
    }
    for (StructField field : columns.fields()) {
      selected.add(
          MadeColumn.named(RECORD).getField(field.name()).as(field.name(), field.metadata()));
    }
    return parsed.select(selected.toArray(Column[]::new));
  }

  private static Column shownLine(String lineColumn) {
    Column file = functions.input_file_name();
    Column where =
        functions
            .when(file.equalTo(""), functions.lit(""))
            .otherwise(functions.concat(file, functions.lit(", ")));
    return functions.concat(
        where,
        functions.lit("line '"),
        functions.substring(MadeColumn.named(lineColumn), 1, 200),
        functions.lit("'"));
  }

  private void requireFree(StructType data, String lineColumn) {
    List<String> present = Arrays.asList(data.fieldNames());
    if (!present.contains(lineColumn)) {
      throw new IllegalArgumentException(
          name + ": column '" + lineColumn + "' is missing; the DataFrame has " + present);
    }
    for (String column : columns.fieldNames()) {
      if (present.contains(column) && !column.equals(lineColumn)) {
        throw new IllegalArgumentException(
            name + ": the DataFrame already has a column '" + column + "'; rename or drop it");
      }
    }
  }
}

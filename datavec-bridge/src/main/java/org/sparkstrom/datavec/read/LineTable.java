// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import java.util.ArrayList;
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
  private static final String FIELD = "field";

  /** The column of Spark's text source. */
  static final String TEXT = "value";

  /** Where lines come from. */
  enum Origin {
    /** A file that Spark reads: errors show its name. */
    FILE,
    /** A column of any data, which may come from several sources. */
    COLUMN
  }

  /**
   * The data, with names that Spark tells apart, that holds these lines.
   *
   * @throws IllegalArgumentException when there is no such column, or one of a record's name
   */
  Dataset<Row> lines(Dataset<?> data, String lineColumn) {
    Dataset<Row> rows = data.toDF();
    requireFree(List.of(rows.columns()), lineColumn);
    return MadeColumn.apart(rows);
  }

  /** The place of the column with the lines. */
  int place(Dataset<?> data, String lineColumn) {
    return MadeColumn.placeOf(List.of(data.columns()), lineColumn, name + ": column");
  }

  /**
   * The data's other columns, then the record's.
   *
   * @param data whose names the result has
   * @param lines rows of {@link #lines} of it
   * @param input what the parser gets of a row
   */
  Dataset<Row> parse(
      Dataset<?> data, String lineColumn, Dataset<Row> lines, Column input, Origin origin) {
    int place = place(data, lineColumn);
    // Names of a record need not differ but by case either
    StructType numbered = new StructType();
    for (StructField field : columns.fields()) {
      numbered = numbered.add(FIELD + numbered.size(), field.dataType());
    }
    MadeColumn column =
        new MadeColumn(
            name + ", column '" + lineColumn + "'",
            input,
            new StructField(RECORD, numbered, true, Metadata.empty()),
            parser,
            policy);
    Column shown = shownLine(MadeColumn.at(lines, place), origin);
    Dataset<Row> parsed = column.append(lines, Optional.of(shown), Optional.empty());
    if (policy == HandleInvalid.ERROR) {
      // Always true, and so that each line is parsed, whichever columns a query uses
      parsed = parsed.where(MadeColumn.named(RECORD).isNotNull());
    }
    List<Column> selected = new ArrayList<>();
    String[] names = data.columns();
    for (int i = 0; i < names.length; i++) {
      if (i != place) {
        Column other = MadeColumn.at(parsed, i);
        selected.add(names[i].equals(lines.columns()[i]) ? other : other.as(names[i]));
      }
    }
    for (int i = 0; i < columns.size(); i++) {
      StructField field = columns.apply(i);
      selected.add(MadeColumn.named(RECORD).getField(FIELD + i).as(field.name(), field.metadata()));
    }
    return parsed.select(selected.toArray(Column[]::new));
  }

  private static Column shownLine(Column line, Origin origin) {
    Column shown =
        functions.concat(
            functions.lit("line '"), functions.substring(line, 1, 200), functions.lit("'"));
    return origin == Origin.COLUMN
        ? shown
        : functions.concat(functions.input_file_name(), functions.lit(", "), shown);
  }

  private void requireFree(List<String> present, String lineColumn) {
    MadeColumn.placeOf(present, lineColumn, name + ": column");
    for (String column : columns.fieldNames()) {
      if (present.contains(column) && !column.equals(lineColumn)) {
        throw new IllegalArgumentException(
            name + ": the DataFrame already has a column '" + column + "'; rename or drop it");
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.datavec.column.MadeColumn;
import org.sparkstrom.datavec.column.ModelTable;

/**
 * The rows that a row is held against, or none.
 *
 * @param table its columns are called by places, and their metadata tell the names
 */
record Background(ModelTable table) implements Serializable {

  /** The most rows: each of them is a row for the model in each sample of KernelShap. */
  static final int MAX_ROWS = 1_000;

  private static final String NAME = "sparkstrom_name";

  /** No rows. */
  static Background none() {
    return new Background(ModelTable.none());
  }

  /**
   * All columns of these rows. Runs a job.
   *
   * @throws IllegalArgumentException if there is no row, too many, or no end of them
   */
  static Background of(String uid, Dataset<?> rows) {
    if (rows.isStreaming()) {
      throw new IllegalArgumentException(
          uid + ": the background must be rows that end, but is a stream; take a table");
    }
    StructField[] fields = rows.schema().fields();
    String[] places = new String[fields.length];
    Arrays.setAll(places, i -> "_" + i);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < fields.length; i++) {
      Metadata name = new MetadataBuilder().putString(NAME, fields[i].name()).build();
      columns.add(functions.col(places[i]).as(places[i], name));
    }
    ModelTable table =
        ModelTable.of(rows.toDF(places).select(columns.toArray(Column[]::new)).limit(MAX_ROWS + 1));
    if (table.rows().isEmpty() || table.rows().size() > MAX_ROWS) {
      throw new IllegalArgumentException(
          "%s: the background must be from 1 to %d rows, but is %s; %s"
              .formatted(
                  uid,
                  MAX_ROWS,
                  table.rows().isEmpty() ? "empty" : "more",
                  table.rows().isEmpty()
                      ? "give rows that the model was trained on"
                      : "take a sample of it, as of 100 rows"));
    }
    return new Background(table);
  }

  boolean isNone() {
    return table.rows().isEmpty();
  }

  /** The names of the columns. */
  private List<String> names() {
    return Arrays.stream(table.type().fields())
        .map(field -> field.metadata().getString(NAME))
        .toList();
  }

  /**
   * The column of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  int place(String uid, String name) {
    return MadeColumn.placeOf(names(), name, uid + ": column of the background");
  }

  StructField field(int place) {
    return table.type().fields()[place];
  }

  /** The values of these columns: [rows][places]. */
  Object[][] values(List<Integer> places) {
    return table.rows().stream()
        .map(row -> places.stream().map(row::get).toArray())
        .toArray(Object[][]::new);
  }
}

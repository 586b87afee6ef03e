// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Sets a share of the rows aside for validation, where no column says which.
 *
 * <p>A hash of seed, features and labels decides, so that the same rows are set aside however they
 * are partitioned and however often they are read, and copies of a row are never on both sides.
 *
 * @param data the rows, with a column that tells
 * @param columns the columns, with that one
 */
public record ValidationSplit(Dataset<Row> data, ColumnBinding columns) {
  private static final String COLUMN = "sparkstrom_validation";
  private static final int STEPS = 1_000_000;

  /**
   * Splits rows.
   *
   * @param fraction about this share is for validation, in (0, 1)
   * @throws IllegalArgumentException if a column tells already
   */
  public static ValidationSplit of(
      Dataset<?> rows, ColumnBinding columns, double fraction, long seed) {
    if (columns.validationColumn().isPresent()) {
      throw new IllegalArgumentException(
          "rows for validation are told by the column '%s' or by validationFraction = %s, not by both"
              .formatted(columns.validationColumn().get(), fraction));
    }
    List<Column> hashed = new ArrayList<>(List.of(functions.lit(seed)));
    columns.features().forEach(name -> hashed.add(quoted(name)));
    columns.labels().forEach(name -> hashed.add(quoted(name)));
    Column place =
        functions.pmod(
            functions.xxhash64(hashed.toArray(new Column[0])), functions.lit((long) STEPS));
    return new ValidationSplit(
        rows.withColumn(COLUMN, place.lt(functions.lit(Math.round(fraction * STEPS)))),
        columns.withValidationIndicator(COLUMN));
  }

  private static Column quoted(String name) {
    return functions.col('`' + name.replace("`", "``") + '`');
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * What a fit has found, as a small table: held by the driver, sent to the executors with a query,
 * saved as Parquet.
 *
 * @param type its columns, called by places rather than after the data's, so that any name goes
 */
public record ModelTable(StructType type, List<Row> rows) implements Serializable {
  private static final ModelTable NONE = new ModelTable(new StructType(), List.of());

  public ModelTable {
    Objects.requireNonNull(type, "type");
    rows = List.copyOf(rows);
  }

  /** The table of a model that was not fitted. */
  public static ModelTable none() {
    return NONE;
  }

  /** The rows of a DataFrame that ends. Runs a job. */
  public static ModelTable of(Dataset<Row> rows) {
    return new ModelTable(rows.schema(), rows.collectAsList());
  }

  /** The table that was saved at this path. Runs a job. */
  public static ModelTable load(SparkSession spark, String path) {
    return of(spark.read().parquet(path));
  }

  /** Saves the table; old dates as they are, whatever the session's settings for Parquet. */
  public void save(SparkSession spark, String path) {
    SparkSession own = spark.newSession();
    own.conf().set("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED");
    own.conf().set("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED");
    frame(own).coalesce(1).write().parquet(path);
  }

  boolean isNone() {
    return type.isEmpty();
  }

  /** The table as a DataFrame, without a job. */
  public Dataset<Row> frame(SparkSession spark) {
    return spark.createDataFrame(rows, type);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import java.util.Arrays;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The Spark session of the tests of column stages: two threads, no UI, loopback only. */
public final class LocalSpark {
  private LocalSpark() {}

  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("datavec-bridge tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir"))
        .getOrCreate();
  }

  public static Dataset<Row> frame(String ddl, Row... rows) {
    return session().createDataFrame(Arrays.asList(rows), StructType.fromDDL(ddl));
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The Spark session of this module's tests: two threads, no UI, loopback only. */
public final class TestSpark {
  private TestSpark() {}

  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("datavec-bridge tests")
        .config("spark.sql.ui.retainedExecutions", 10)
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir"))
        .getOrCreate();
  }

  public static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(session().sparkContext());
  }

  public static Dataset<Row> frame(StructType schema, Row... rows) {
    return frame(schema, Arrays.asList(rows));
  }

  public static Dataset<Row> frame(StructType schema, List<Row> rows) {
    return session().createDataFrame(rows, schema);
  }
}

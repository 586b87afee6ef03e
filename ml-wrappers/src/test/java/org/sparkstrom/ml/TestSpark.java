// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import org.apache.spark.sql.SparkSession;

/** The Spark session of this module's tests: two threads, no UI, loopback only. */
public final class TestSpark {
  private TestSpark() {}

  public static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("ml-wrappers tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir"))
        .getOrCreate();
  }
}

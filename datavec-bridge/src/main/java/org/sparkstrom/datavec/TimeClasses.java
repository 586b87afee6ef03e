// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import org.apache.spark.sql.SparkSession;

/** The Java classes in which a Spark session hands out timestamps and dates. */
public enum TimeClasses {
  /** {@code java.sql.Timestamp} and {@code java.sql.Date}, Spark's default. */
  JAVA_SQL,
  /** {@code java.time.Instant} and {@code java.time.LocalDate}. */
  JAVA_TIME;

  /** What {@code spark.sql.datetime.java8API.enabled} asks for in this session. */
  public static TimeClasses of(SparkSession spark) {
    String enabled = spark.conf().get("spark.sql.datetime.java8API.enabled", "false");
    return Boolean.parseBoolean(enabled) ? JAVA_TIME : JAVA_SQL;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * Writes columns whose arithmetic and casts are those of plain SQL, as Java's are: integers wrap, a
 * text that is no number is null. Spark fixes this when a column is made, by the ANSI setting of
 * the session that is active then; so under a session with {@code spark.sql.ansi.enabled} another
 * one is active for that moment.
 */
final class PlainSql {
  private static final String ANSI = "spark.sql.ansi.enabled";

  private PlainSql() {}

  static <T> T in(SparkSession spark, Supplier<T> work) {
    Option<SparkSession> before = SparkSession.getActiveSession();
    SparkSession.setActiveSession(plain(spark));
    try {
      return work.get();
    } finally {
      if (before.isDefined()) {
        SparkSession.setActiveSession(before.get());
      } else {
        SparkSession.clearActiveSession();
      }
    }
  }

  private static SparkSession plain(SparkSession spark) {
    if (!Boolean.parseBoolean(spark.conf().get(ANSI, "false"))) {
      return spark;
    }
    SparkSession other = spark.newSession();
    other.conf().set(ANSI, "false");
    return other;
  }
}

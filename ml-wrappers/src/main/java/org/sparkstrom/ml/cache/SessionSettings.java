// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.util.List;
import org.apache.spark.sql.SparkSession;

/** The settings of a session that change what Spark makes of the same files and the same rows. */
final class SessionSettings {
  private static final List<String> NAMES =
      List.of(
          "spark.sql.ansi.enabled",
          "spark.sql.caseSensitive",
          "spark.sql.decimalOperations.allowPrecisionLoss",
          "spark.sql.files.ignoreCorruptFiles",
          "spark.sql.files.ignoreMissingFiles",
          "spark.sql.legacy.timeParserPolicy",
          "spark.sql.parquet.binaryAsString",
          "spark.sql.parquet.datetimeRebaseModeInRead",
          "spark.sql.parquet.int96RebaseModeInRead",
          "spark.sql.session.timeZone");

  private SessionSettings() {}

  /** The hash of all of them, defaults included. */
  static String hash(SparkSession session) {
    Sha256 hash = new Sha256();
    NAMES.forEach(name -> hash.add(name).add(session.conf().get(name)));
    return hash.hex();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;

/** What the values of a column are, and the number that its moments and quantiles are taken of. */
public enum ValueKind {
  /** Any number, as a double. */
  NUMBER,
  /**
   * Date or timestamp, as milliseconds since 1970-01-01 UTC; a date or a time without a zone in
   * UTC.
   */
  TIME,
  /** A string, by its length in UTF-16 units, as DataVec counts. */
  TEXT,
  /** True or false, as 1 or 0. */
  BOOLEAN;

  private static final long MILLIS_PER_DAY = 86_400_000L;

  /** What values of this type are; empty if they cannot be analysed. */
  static Optional<ValueKind> find(DataType type) {
    if (type instanceof NumericType) {
      return Optional.of(NUMBER);
    }
    return Optional.ofNullable(
        switch (type.typeName()) {
          case "date", "timestamp", "timestamp_ntz" -> TIME;
          case "string" -> TEXT;
          case "boolean" -> BOOLEAN;
          default -> null;
        });
  }

  double number(Object value) {
    return switch (this) {
      case NUMBER -> ((Number) value).doubleValue();
      case TIME -> millis(value);
      case TEXT -> ((String) value).length();
      case BOOLEAN -> (Boolean) value ? 1 : 0;
    };
  }

  /** The value as text, whatever time zone the JVM is in. */
  static String text(Object value) {
    return value instanceof Timestamp timestamp
        ? timestamp.toInstant().toString()
        : value.toString();
  }

  private static long millis(Object value) {
    if (value instanceof Timestamp timestamp) {
      return timestamp.getTime();
    } else if (value instanceof Instant instant) {
      return instant.toEpochMilli();
    } else if (value instanceof LocalDateTime local) {
      return local.toInstant(ZoneOffset.UTC).toEpochMilli();
    } else if (value instanceof java.sql.Date date) {
      return date.toLocalDate().toEpochDay() * MILLIS_PER_DAY;
    }
    return ((LocalDate) value).toEpochDay() * MILLIS_PER_DAY;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
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

  private static final double MILLIS_PER_DAY = 86_400_000;
  private static final long MICROS_PER_MILLI = 1000;

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

  /** The value as text; a time in ISO 8601. */
  String text(Object value) {
    if (this != TIME) {
      return value.toString();
    } else if (value instanceof Integer days) {
      return LocalDate.ofEpochDay(days).toString();
    }
    return (value instanceof Long micros ? instant(micros) : value).toString();
  }

  /**
   * A column as its cells reach {@link #number} and {@link #text}: dates as days and timestamps as
   * microseconds since 1970-01-01 UTC. As {@code java.sql} values they would depend on the JVM's
   * time zone, and before 1582 on a calendar of their own.
   */
  static Column cells(Column column, DataType type) {
    return switch (type.typeName()) {
      case "date" -> functions.unix_date(column);
      case "timestamp" -> functions.unix_micros(column);
      default -> column; // a timestamp_ntz is a LocalDateTime under every setting
    };
  }

  private static double millis(Object value) {
    if (value instanceof Integer days) {
      return days * MILLIS_PER_DAY;
    } else if (value instanceof Long micros) {
      return Math.floorDiv(micros, MICROS_PER_MILLI);
    }
    return ((LocalDateTime) value).toInstant(ZoneOffset.UTC).toEpochMilli();
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.datavec.api.transform.ColumnType;

/**
 * A text as the value of a column, by Java's own rules for numbers, which are DataVec's too.
 *
 * <p>No text is null for all types but String and Categorical. Times are milliseconds since 1970 or
 * ISO 8601 with an offset. They are given as Instant, which, unlike Timestamp, has no Julian
 * calendar before 1582.
 */
final class TextValue {
  private static final Instant FIRST = Instant.EPOCH.plus(Long.MIN_VALUE, ChronoUnit.MICROS);
  private static final Instant LAST = Instant.EPOCH.plus(Long.MAX_VALUE, ChronoUnit.MICROS);

  private TextValue() {}

  /**
   * The value, null for none.
   *
   * @throws IllegalArgumentException when the text is no such value
   */
  static Object of(ColumnType type, String text) {
    boolean string = type == ColumnType.String || type == ColumnType.Categorical;
    if (text == null || (text.isEmpty() && !string)) {
      return null;
    }
    return switch (type) {
      case String, Categorical -> text;
      case Integer -> Integer.valueOf(text);
      case Long -> Long.valueOf(text);
      case Float -> Float.valueOf(text);
      case Double -> Double.valueOf(text);
      case Boolean -> truth(text);
      case Time -> time(text);
      default -> throw new IllegalArgumentException("no text holds a " + type);
    };
  }

  private static Boolean truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
    };
  }

  private static Instant time(String text) {
    Instant time = instant(text);
    if (time.isBefore(FIRST) || time.isAfter(LAST)) {
      throw new IllegalArgumentException(
          "'" + text + "' is beyond the times that Spark has, from " + FIRST + " to " + LAST);
    }
    return time;
  }

  private static Instant instant(String text) {
    if (text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))
        && text.lastIndexOf('-') <= 0) {
      return Instant.ofEpochMilli(Long.parseLong(text));
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no time: those are milliseconds since 1970, or ISO 8601 with an offset such"
              + " as 2026-01-31T12:00:00Z",
          e);
    }
  }
}

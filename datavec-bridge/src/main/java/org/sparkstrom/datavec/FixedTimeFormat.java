// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Optional;
import java.util.OptionalLong;
import org.joda.time.DateTimeZone;

/**
 * A pattern of Joda-Time whose numbers have fixed places, such as {@code yyyy-MM-dd HH:mm:ss}. A
 * text that keeps to it to the letter is read here, as Joda-Time reads it, in a fraction of the
 * time; any other text is left to Joda-Time.
 *
 * <p>Year, month and day must be there, the fields of a time of day may be. Each character stands
 * for itself or, where the pattern has a field, for a digit. Immutable and thread-safe.
 */
final class FixedTimeFormat {
  /** The fields by their letters, and how many digits each must have. */
  private static final String FIELDS = "yMdHmsS";

  private static final int[] WIDTHS = {4, 2, 2, 2, 2, 2, 3};

  /** Milliseconds in an hour, a minute, a second and themselves. */
  private static final int[] SCALES = {3_600_000, 60_000, 1_000, 1};

  private static final int[] LIMITS = {24, 60, 60, 1_000};
  private static final int MONTHS = 12;

  /** The text with 0 for each digit. */
  private final String literals;

  /** Where each field begins; -1 for one that the pattern does not have. */
  private final int[] places;

  private FixedTimeFormat(String literals, int[] places) {
    this.literals = literals;
    this.places = places;
  }

  /** The format of a pattern; empty when it has other fields or other widths. */
  static Optional<FixedTimeFormat> of(String pattern) {
    if (pattern.contains("''")) {
      return Optional.empty(); // the quotation mark itself, within quotes or without
    }
    int[] places = {-1, -1, -1, -1, -1, -1, -1};
    StringBuilder literals = new StringBuilder();
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i);
      int end = i + 1;
      if (isLetter(c)) {
        while (end < pattern.length() && pattern.charAt(end) == c) {
          end++;
        }
        int field = FIELDS.indexOf(c == 'Y' ? 'y' : c);
        if (field < 0 || places[field] >= 0 || end - i != WIDTHS[field]) {
          return Optional.empty();
        }
        places[field] = literals.length();
        literals.append("0".repeat(end - i));
      } else if (c == '\'') {
        end = pattern.indexOf('\'', i + 1) + 1;
        if (end <= i + 2 || !isLiteral(pattern.substring(i + 1, end - 1))) {
          return Optional.empty();
        }
        literals.append(pattern, i + 1, end - 1);
      } else if (isLiteral(String.valueOf(c))) {
        literals.append(c);
      } else {
        return Optional.empty();
      }
      i = end;
    }
    boolean dated = places[0] >= 0 && places[1] >= 0 && places[2] >= 0;
    return dated ? Optional.of(new FixedTimeFormat(literals.toString(), places)) : Optional.empty();
  }

  /** The time that the text names in a zone; empty when Joda-Time must be asked. */
  OptionalLong read(String text, DateTimeZone zone) {
    if (!fits(text)) {
      return OptionalLong.empty();
    }
    int year = number(text, 0);
    int month = number(text, 1);
    int day = number(text, 2);
    if (year < 1 || month < 1 || month > MONTHS || day < 1) {
      return OptionalLong.empty();
    }
    if (day > 28 && day > YearMonth.of(year, month).lengthOfMonth()) {
      return OptionalLong.empty();
    }
    long local = LocalDate.of(year, month, day).toEpochDay() * InputColumn.MILLIS_PER_DAY;
    for (int i = 0; i < SCALES.length; i++) {
      int value = number(text, 3 + i);
      if (value >= LIMITS[i]) {
        return OptionalLong.empty();
      }
      local += (long) value * SCALES[i];
    }
    int offset = zone.getOffsetFromLocal(local);
    long time = local - offset;
    // Not so for a time that the clocks skip
    return zone.getOffset(time) == offset ? OptionalLong.of(time) : OptionalLong.empty();
  }

  private boolean fits(String text) {
    if (text.length() != literals.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char expected = literals.charAt(i);
      char found = text.charAt(i);
      if (expected == '0' ? found < '0' || found > '9' : found != expected) {
        return false;
      }
    }
    return true;
  }

  /** The number in a field's place; 0 when there is none. */
  private int number(String text, int field) {
    int place = places[field];
    int number = 0;
    if (place >= 0) {
      for (int i = place; i < place + WIDTHS[field]; i++) {
        number = number * 10 + (text.charAt(i) - '0');
      }
    }
    return number;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** Digits would run together with those of a field before them. */
  private static boolean isLiteral(String text) {
    return text.chars().noneMatch(c -> c >= '0' && c <= '9');
  }
}

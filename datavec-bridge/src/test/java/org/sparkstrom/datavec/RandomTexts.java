// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Random texts: numbers, times, lists, quotes, and characters of all planes of Unicode. No half of
 * a surrogate pair: Spark's text is UTF-8, which has none.
 */
final class RandomTexts {
  private static final List<String> NUMERALS =
      List.of(
          "",
          "x",
          "0x1F",
          "+5",
          "007",
          " 5 ",
          "1d",
          "nan",
          "inf",
          "٣",
          "1e400",
          "-",
          "-0",
          ".5",
          "5\u007F",
          "1_000",
          "4.9e-324",
          "2147483648",
          "-9223372036854775808");
  private static final List<String> SPECIAL =
      List.of(
          "7,x",
          "İı ß ΣΑΣ",
          "😀𝒳",
          "a\tb \n",
          "\"q\" \\d",
          "NULL",
          "true",
          "e\u0301 é",
          "\uFEFFx",
          "👩\u200D💻",
          "\u0000\u001B\u0085",
          "a\u2028b\u2029",
          "ǅ ŉ ﬁ ſ K",
          "ש\u05B8לום\u202E",
          "$1\\");

  /** The first and the last code point of ranges; the last range has all planes. */
  private static final int[][] RANGES = {
    {0x0000, 0x001F},
    {0x0020, 0x007E},
    {0x007F, 0x017F},
    {0x0300, 0x036F},
    {0x0370, 0x03FF},
    {0x2000, 0x206F},
    {0xAC00, 0xD7A3},
    {0xFB00, 0xFFFD},
    {0x1F300, 0x1FAFF},
    {0x10000, 0x10FFFF}
  };

  private static final String LETTERS = "abcxyzAZ 09.,-ß漢";

  private final Random random;
  private final RandomProcess values;

  RandomTexts(Random random, RandomProcess values) {
    this.random = random;
    this.values = values;
  }

  String any() {
    return switch (random.nextInt(10)) {
      case 0 -> Integer.toString(values.integer());
      case 1 -> Double.toString(values.number());
      case 2 -> values.any(NUMERALS);
      case 3, 4 -> time();
      case 5 -> values.any(SPECIAL);
      case 6 -> codePoints();
      case 7 -> list();
      default -> letters();
    };
  }

  /** A day or a time, sometimes one that there is not, sometimes with blanks around. */
  private String time() {
    String day =
        String.format(
            Locale.ROOT,
            "%04d-%02d-%02d",
            values.chance(9) ? random.nextInt(10_000) : 1900 + random.nextInt(200),
            1 + random.nextInt(12) + random.nextInt(8) / 7,
            1 + random.nextInt(28) + random.nextInt(5));
    if (values.chance(2)) {
      return day;
    }
    String time =
        String.format(
            Locale.ROOT,
            values.chance(6) ? "%s %d:%d:%d" : "%s %02d:%02d:%02d",
            day,
            random.nextInt(24) + random.nextInt(9) / 8,
            random.nextInt(60),
            random.nextInt(60) + random.nextInt(9) / 8);
    return values.chance(9) ? " " + time : time;
  }

  private String list() {
    StringBuilder text = new StringBuilder(values.any(List.of("", "x", "7", "u")));
    for (int i = random.nextInt(5); i > 0; i--) {
      text.append(values.chance(9) ? ",," : ",")
          .append(values.any(List.of("x", "7", "u", "ß", "")));
    }
    return text.toString();
  }

  private String codePoints() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      int[] range = RANGES[random.nextInt(RANGES.length)];
      text.appendCodePoint(range[0] + random.nextInt(range[1] - range[0] + 1));
    }
    return text.toString();
  }

  private String letters() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(9); i > 0; i--) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }
}

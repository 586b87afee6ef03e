// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.joda.time.DateTime;
import org.joda.time.DateTimeZone;
import org.joda.time.format.DateTimeFormat;
import org.joda.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read without Joda-Time is what Joda-Time reads. */
class FixedTimeFormatTest {
  private static final int TEXTS = 3_000;
  private static final List<DateTimeZone> ZONES =
      List.of(
          DateTimeZone.UTC,
          DateTimeZone.forID("America/New_York"),
          DateTimeZone.forID("Australia/Lord_Howe"),
          DateTimeZone.forID("Asia/Kolkata"),
          DateTimeZone.forOffsetHours(-7));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yyyy-MM-dd HH:mm:ss",
        "YYYY-MM-dd'T'HH:mm:ss.SSS'Z'",
        "yyyy-MM-dd",
        "dd.MM.yyyy HH:mm",
        "yyyyMMddHHmmss",
        "'day 'dd'/'MM'/'yyyy",
        "ss:mm:HH yyyy年MM月dd"
      })
  void textsOfDigitsAreReadAsJodaTimeReadsThem(String pattern) {
    long seed = Long.getLong("datavec.seed", System.nanoTime());
    Random random = new Random(seed);
    FixedTimeFormat format = FixedTimeFormat.of(pattern).orElseThrow();
    int read = 0;
    for (int i = 0; i < TEXTS; i++) {
      DateTimeZone zone = ZONES.get(i % ZONES.size());
      String text = text(random, pattern);
      OptionalLong time = format.read(text, zone);
      if (time.isPresent()) {
        read++;
        assertThat(joda(pattern, zone, text))
            .as("-Ddatavec.seed=%d, '%s' in %s", seed, text, zone)
            .contains(time.getAsLong());
      }
    }
    assertThat(read).as("-Ddatavec.seed=%d", seed).isGreaterThan(TEXTS / 2);
  }

  @Test
  void textsThatKeepToThePatternNeverNeedJodaTime() {
    FixedTimeFormat format = FixedTimeFormat.of("yyyy-MM-dd HH:mm:ss").orElseThrow();

    for (String text :
        List.of("2024-02-29 23:59:59", "0001-01-01 00:00:00", "9999-12-31 12:00:00")) {
      assertThat(format.read(text, DateTimeZone.UTC)).as(text).isPresent();
    }
  }

  @Test
  void whatIsNoTimeOrWrittenOtherwiseIsLeftToJodaTime() {
    FixedTimeFormat format = FixedTimeFormat.of("yyyy-MM-dd HH:mm:ss").orElseThrow();

    for (String text :
        List.of(
            "",
            "2026-3-29 01:59:59",
            " 2026-03-29 01:59:59",
            "2026-03-29T01:59:59",
            "2026-02-29 01:59:59",
            "2026-13-01 01:59:59",
            "2026-00-01 01:59:59",
            "2026-01-00 01:59:59",
            "0000-01-01 00:00:00",
            "2026-01-01 24:00:00",
            "2026-01-01 23:60:00",
            "2026-01-01 23:00:60",
            "２０２６-01-01 23:00:00",
            "2026-01-01 23:00:0٣")) {
      assertThat(format.read(text, DateTimeZone.UTC)).as(text).isEmpty();
    }
    assertThat(format.read("2026-03-08 02:30:00", DateTimeZone.forID("America/New_York")))
        .as("an hour that the clocks skip")
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yyyy",
        "yyyy-MM",
        "yy-MM-dd",
        "yyyy-M-dd",
        "yyyy-MMM-dd",
        "yyyyy-MM-dd",
        "yyyy-MM-dd yyyy",
        "yyyy-MM-dd YYYY",
        "yyyy-MM-dd hh:mm a",
        "yyyy-MM-dd HH:mm:ss.SS",
        "yyyy-MM-dd HH:mmZ",
        "yyyy'1'MM-dd",
        "yyyy1MM-dd",
        "yyyy-MM-dd''",
        "yyyy-MM-dd'a''b'",
        "yyyy-MM-dd'T"
      })
  void otherPatternsAreLeftToJodaTime(String pattern) {
    assertThat(FixedTimeFormat.of(pattern)).isEmpty();
  }

  /** Mostly the text of a time, sometimes with other characters. */
  private static String text(Random random, String pattern) {
    long millis = (long) (random.nextGaussian() * 2e12);
    String text = DateTimeFormat.forPattern(pattern).print(new DateTime(millis, DateTimeZone.UTC));
    if (random.nextInt(3) > 0) {
      return text;
    }
    StringBuilder changed = new StringBuilder(text);
    for (int i = random.nextInt(3); i >= 0; i--) {
      changed.setCharAt(random.nextInt(text.length()), "0123456789 -:٣".charAt(random.nextInt(14)));
    }
    return changed.toString();
  }

  private static Optional<Long> joda(String pattern, DateTimeZone zone, String text) {
    DateTimeFormatter formatter = DateTimeFormat.forPattern(pattern).withZone(zone);
    try {
      return Optional.of(formatter.parseMillis(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

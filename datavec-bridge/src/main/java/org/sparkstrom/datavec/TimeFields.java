// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.date_from_unix_date;
import static org.apache.spark.sql.functions.dayofmonth;
import static org.apache.spark.sql.functions.dayofyear;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.month;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.year;

import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.joda.time.DateTime;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;

/**
 * The fields of a time as Joda-Time has them: hour, day of the week and so on. In a zone without
 * changes of the clock the common ones are arithmetic on the milliseconds, which Spark compiles;
 * Joda-Time itself gives the others, and those of times far away.
 */
final class TimeFields {
  /** 35,000 years on either side of 1970: what Spark's days can hold, without overflow anywhere. */
  private static final long MAX_MILLIS = 1L << 50;

  /** In milliseconds. */
  private static final long DAY = InputColumn.MILLIS_PER_DAY;

  private static final long HOUR = 3_600_000;
  private static final long MINUTE = 60_000;
  private static final long SECOND = 1_000;

  private TimeFields() {}

  /** A field of a time in epoch milliseconds as an int; null where Joda-Time throws. */
  static Column of(DateTimeFieldType field, Column millis, DateTimeZone zone) {
    Column byJoda = udf(new JodaField(field, zone), ValueKind.INT.type()).apply(millis);
    if (!zone.isFixed()) {
      return byJoda;
    }
    return calculated(field, millis.plus(lit((long) zone.getOffset(0L))))
        .map(c -> c.cast(ValueKind.INT.type()))
        .map(c -> when(millis.between(lit(-MAX_MILLIS), lit(MAX_MILLIS)), c).otherwise(byJoda))
        .orElse(byJoda);
  }

  private static Optional<Column> calculated(DateTimeFieldType field, Column local) {
    return Optional.ofNullable(
        switch (field.getName()) {
          case "millisOfSecond" -> pmod(local, lit(SECOND));
          case "millisOfDay" -> pmod(local, lit(DAY));
          case "secondOfMinute" -> part(local, MINUTE, SECOND);
          case "secondOfDay" -> part(local, DAY, SECOND);
          case "minuteOfHour" -> part(local, HOUR, MINUTE);
          case "minuteOfDay" -> part(local, DAY, MINUTE);
          case "hourOfDay" -> part(local, DAY, HOUR);
          // 1970 began on a Thursday, the fourth day
          case "dayOfWeek" -> pmod(days(local).plus(lit(3L)), lit(7L)).plus(lit(1L));
          case "dayOfMonth" -> dayofmonth(date(local));
          case "dayOfYear" -> dayofyear(date(local));
          case "monthOfYear" -> month(date(local));
          case "year" -> year(date(local));
          default -> null;
        });
  }

  /** Units in what is left of a time over a whole number of periods. */
  private static Column part(Column local, long period, long unit) {
    return call_function("div", pmod(local, lit(period)), lit(unit));
  }

  private static Column days(Column local) {
    return call_function("div", local.minus(pmod(local, lit(DAY))), lit(DAY));
  }

  private static Column date(Column local) {
    return date_from_unix_date(days(local).cast(ValueKind.INT.type()));
  }

  private record JodaField(DateTimeFieldType field, DateTimeZone zone)
      implements UDF1<Long, Integer> {
    @Override
    public Integer call(Long millis) {
      try {
        return millis == null ? null : new DateTime((long) millis, zone).get(field);
      } catch (RuntimeException e) {
        return null;
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.joda.time.DateTime;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields of a time are those of Joda-Time, near 1970 and as far away as a long goes. */
class TimeFieldsTest {
  private static final int TIMES = 2_000;
  private static final List<DateTimeFieldType> FIELDS =
      List.of(
          DateTimeFieldType.millisOfSecond(),
          DateTimeFieldType.millisOfDay(),
          DateTimeFieldType.secondOfMinute(),
          DateTimeFieldType.secondOfDay(),
          DateTimeFieldType.minuteOfHour(),
          DateTimeFieldType.minuteOfDay(),
          DateTimeFieldType.hourOfDay(),
          DateTimeFieldType.clockhourOfDay(),
          DateTimeFieldType.dayOfWeek(),
          DateTimeFieldType.dayOfMonth(),
          DateTimeFieldType.dayOfYear(),
          DateTimeFieldType.monthOfYear(),
          DateTimeFieldType.year(),
          DateTimeFieldType.yearOfEra(),
          DateTimeFieldType.weekOfWeekyear());

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "+05:30", "-11:00", "America/New_York"})
  void fieldsAreThoseOfJodaTime(String id) {
    DateTimeZone zone = DateTimeZone.forID(id);
    long seed = Long.getLong("datavec.seed", System.nanoTime());
    List<Long> times = times(new Random(seed));
    List<Row> rows = times.stream().map(RowFactory::create).toList();
    Column[] columns =
        FIELDS.stream()
            .map(field -> TimeFields.of(field, functions.col("t"), zone).as(field.getName()))
            .toArray(Column[]::new);

    // An RDD: Spark's optimizer would compute rows that it sees by other code
    List<Row> found =
        TestSpark.session()
            .createDataFrame(
                TestSpark.context().parallelize(rows, 1), StructType.fromDDL("t BIGINT"))
            .select(columns)
            .collectAsList();

    for (int i = 0; i < times.size(); i++) {
      assertThat(found.get(i))
          .as("%d in %s, -Ddatavec.seed=%d", times.get(i), id, seed)
          .isEqualTo(expected(times.get(i), zone));
    }
  }

  private static Row expected(long time, DateTimeZone zone) {
    return RowFactory.create(
        FIELDS.stream().map(field -> field(field, time, zone)).toArray(Object[]::new));
  }

  private static Integer field(DateTimeFieldType field, long time, DateTimeZone zone) {
    try {
      return new DateTime(time, zone).get(field);
    } catch (RuntimeException e) {
      return null; // the mark of a value that the step refuses
    }
  }

  private static List<Long> times(Random random) {
    List<Long> times = new ArrayList<>();
    for (long around : List.of(0L, 86_400_000L, 1L << 50, -(1L << 50), -62_135_596_800_000L)) {
      for (long by = -2; by <= 2; by++) {
        times.add(around + by);
      }
    }
    times.addAll(List.of(Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1, Long.MAX_VALUE - 1));
    while (times.size() < TIMES) {
      times.add(random.nextLong() >> random.nextInt(44));
    }
    return times;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.datavec.api.transform.transform.time.StringToTimeTransform;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.datavec.local.transforms.LocalTransformExecutor;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Executors may live in another zone and language than the driver. Here the JVM's defaults change
 * between the plan and the run, in which tasks are read from bytes as on an executor.
 */
class ExecutorDefaultsTest {
  private static final Schema SCHEMA = new Schema.Builder().addColumnString("when").build();

  private static final TransformProcess PROCESS =
      new TransformProcess.Builder(SCHEMA)
          .transform(
              new StringToTimeTransform(
                  "when",
                  "dd MMMM yyyy HH:mm",
                  DateTimeZone.forID("America/New_York"),
                  Locale.GERMANY))
          .transform(
              new DeriveColumnsFromTimeTransform.Builder("when")
                  .addIntegerDerivedColumn("hour", DateTimeFieldType.hourOfDay())
                  .addIntegerDerivedColumn("day", DateTimeFieldType.dayOfYear())
                  .build())
          .build();

  private static final List<String> DATES =
      List.of("01 März 2026 23:59", "08 Oktober 1969 00:00", "29 Dezember 2044 02:30");

  private final TimeZone zone = TimeZone.getDefault();
  private final DateTimeZone jodaZone = DateTimeZone.getDefault();
  private final Locale locale = Locale.getDefault();

  @BeforeEach
  void liveOnTheDriver() {
    liveIn("Europe/Berlin", Locale.US);
  }

  @AfterEach
  void comeBack() {
    TimeZone.setDefault(zone);
    DateTimeZone.setDefault(jodaZone);
    Locale.setDefault(locale);
  }

  @ParameterizedTest
  @CsvSource({"Asia/Kolkata,ja-JP", "America/Los_Angeles,fr-FR", "UTC,de-DE"})
  void datesWithALocaleAreReadAlikeWhereverExecutorsLive(String where, String language) {
    List<List<Writable>> records = DATES.stream().map(d -> List.<Writable>of(new Text(d))).toList();
    int hour = PROCESS.getFinalSchema().getIndexOfColumn("hour");
    int day = PROCESS.getFinalSchema().getIndexOfColumn("day");
    List<Row> expected =
        LocalTransformExecutor.execute(records, PROCESS).stream()
            .map(r -> RowFactory.create(r.get(0).toLong(), r.get(hour).toInt(), r.get(day).toInt()))
            .toList();
    List<Row> rows = DATES.stream().map(d -> RowFactory.create(d)).toList();
    DataVecTransform transform = DataVecTransform.of(PROCESS);

    for (DataVecTransform path : List.of(transform, transform.inRows())) {
      Dataset<Row> planned =
          path.apply(TestSpark.frame(SparkSchemas.toSpark(SCHEMA), rows).coalesce(1))
              .selectExpr("unix_millis(`when`)", "hour", "day");
      liveIn(where, Locale.forLanguageTag(language));
      List<Row> result = planned.collectAsList();
      liveOnTheDriver();

      assertThat(result).as(path.explain()).isEqualTo(expected);
    }
  }

  private static void liveIn(String zone, Locale locale) {
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    DateTimeZone.setDefault(DateTimeZone.forID(zone));
    Locale.setDefault(locale);
  }
}

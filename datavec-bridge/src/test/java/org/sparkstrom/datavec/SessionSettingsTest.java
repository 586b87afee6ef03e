// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiled steps give the same whatever the session is set to. */
class SessionSettingsTest {
  private static final String ANSI = "spark.sql.ansi.enabled";
  private static final String ZONE = "spark.sql.session.timeZone";
  private static final String JAVA_TIME = "spark.sql.datetime.java8API.enabled";

  private final RuntimeConfig settings = TestSpark.session().conf();
  private String savedZone;

  @BeforeEach
  void takeInstants() {
    savedZone = settings.get(ZONE);
    settings.set(JAVA_TIME, "true");
  }

  @AfterEach
  void comeBack() {
    settings.unset(ANSI);
    settings.unset(JAVA_TIME);
    settings.set(ZONE, savedZone);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Add constants",
        "Divide constants",
        "Divide by nothing",
        "Modulus of columns",
        "convert long",
        "convert number",
        "to category",
        "digit EXCEPTION_ON_INVALID",
        "time out of range"
      })
  void ansiArithmeticOfTheSessionStaysOut(String name) {
    settings.set(ANSI, "true");
    TransformProcess process = StepCases.all().get(name);

    new PathComparison(process, ExtremeRows.rows(), name + " in ANSI mode").verify();

    assertThat(settings.get(ANSI)).isEqualTo("true");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "America/New_York", "Asia/Kolkata", "Europe/Berlin"})
  void timesOfEveryTypeAreTheirEpochMilliseconds(String zone) {
    settings.set(ZONE, zone);
    List<LocalDateTime> times =
        List.of(
            LocalDateTime.parse("2026-03-29T02:30:00.001"),
            LocalDateTime.parse("1969-12-31T23:59:59.5"),
            LocalDateTime.parse("1582-10-10T12:00:00.000999"),
            LocalDateTime.parse("0001-01-01T00:00:00"),
            LocalDateTime.parse("9999-12-31T23:59:59.999999"));
    List<Row> rows = new ArrayList<>();
    List<Row> expected = new ArrayList<>();
    for (LocalDateTime time : times) {
      Instant instant = time.toInstant(ZoneOffset.UTC);
      LocalDate day = time.toLocalDate();
      rows.add(RowFactory.create(instant, time, day));
      Instant millis = Instant.ofEpochMilli(instant.toEpochMilli());
      Instant midnight = day.atStartOfDay().toInstant(ZoneOffset.UTC);
      expected.add(RowFactory.create(millis, millis, midnight.plusMillis(1)));
    }

    Schema schema =
        new Schema.Builder()
            .addColumnTime("ts", DateTimeZone.UTC)
            .addColumnTime("ntz", DateTimeZone.UTC)
            .addColumnTime("day", DateTimeZone.UTC)
            .build();
    TransformProcess process =
        new TransformProcess.Builder(schema)
            .timeMathOp("day", MathOp.Add, 1, TimeUnit.MILLISECONDS)
            .build();
    DataVecTransform transform = DataVecTransform.of(process);
    StructType columns = StructType.fromDDL("ts TIMESTAMP, ntz TIMESTAMP_NTZ, day DATE");

    assertThat(transform.explain()).doesNotContain("row pass");
    assertThat(transform.apply(TestSpark.frame(columns, rows)).collectAsList()).isEqualTo(expected);
    assertThat(transform.inRows().apply(TestSpark.frame(columns, rows)).collectAsList())
        .isEqualTo(expected);
  }
}

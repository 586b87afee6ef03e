// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.TimeZone;
import org.apache.spark.sql.Row;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random processes over random rows, in three default time zones: compiled = row path = DataVec's
 * local executor, bit by bit. A case is one row through one process. {@code -Ddatavec.seed} starts
 * from another seed, {@code -Ddatavec.cases} sets how many cases there are in each time zone.
 */
class RandomProcessTest {
  private static final String JAVA_TIME = "spark.sql.datetime.java8API.enabled";
  private static final int ROWS = 150;
  private static final int STEPS = 6;

  private TimeZone savedZone;
  private DateTimeZone savedJodaZone;

  @BeforeEach
  void takeInstants() {
    savedZone = TimeZone.getDefault();
    savedJodaZone = DateTimeZone.getDefault();
    TestSpark.session().conf().set(JAVA_TIME, "true");
  }

  @AfterEach
  void comeBack() {
    TimeZone.setDefault(savedZone);
    DateTimeZone.setDefault(savedJodaZone);
    TestSpark.session().conf().unset(JAVA_TIME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Kolkata", "America/New_York"})
  void compiledProcessesAreDataVecs(String zone) {
    verify(zone, Integer.getInteger("datavec.cases", 1_200));
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Kolkata", "America/New_York"})
  void compiledProcessesAreDataVecsManyTimes(String zone) {
    verify(zone, Integer.getInteger("datavec.cases", 34_000));
  }

  private static void verify(String zone, int cases) {
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    DateTimeZone.setDefault(DateTimeZone.forID(zone));
    long first = Long.getLong("datavec.seed", zone.hashCode());
    int processes = (cases + ROWS - 1) / ROWS;
    for (int i = 0; i < processes; i++) {
      long seed = first + i;
      RandomProcess source = new RandomProcess(new Random(seed));
      Schema schema = source.schema();
      TransformProcess process = source.process(schema, STEPS);
      List<Row> rows = source.rows(schema, ROWS);
      assertThat(rows).hasSize(ROWS);
      new PathComparison(
              process, rows, "-Ddatavec.seed=" + seed + " -Ddatavec.cases=1, zone " + zone)
          .verify();
    }
  }
}

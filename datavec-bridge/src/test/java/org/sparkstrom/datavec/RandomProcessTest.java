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
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random processes over random rows, in three default time zones: compiled = row path = DataVec's
 * local executor, bit by bit. A case is one row through one process; a process takes 150 rows in
 * one job. {@code -Ddatavec.seed} starts from another seed, {@code -Ddatavec.cases} sets how many
 * cases there are in each time zone, {@code -Ddatavec.skip} leaves out the first ones, so that a
 * long run can be cut into portions.
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
  void compiledProcessesAreDataVecs(String zone, TestReporter reporter) {
    verify(zone, 1_200, reporter);
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Kolkata", "America/New_York"})
  void compiledProcessesAreDataVecsManyTimes(String zone, TestReporter reporter) {
    verify(zone, 34_000, reporter);
  }

  private static void verify(String zone, int defaultCases, TestReporter reporter) {
    int cases = Integer.getInteger("datavec.cases", defaultCases);
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    DateTimeZone.setDefault(DateTimeZone.forID(zone));
    long first = Long.getLong("datavec.seed", zone.hashCode());
    int processes = (cases + ROWS - 1) / ROWS;
    int skipped = Integer.getInteger("datavec.skip", 0) / ROWS;
    reporter.publishEntry(
        "seeds",
        "-Ddatavec.seed=%d -Ddatavec.cases=%d -Ddatavec.skip=%d, zone %s"
            .formatted(first, cases, skipped * ROWS, zone));
    for (int i = skipped; i < processes; i++) {
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

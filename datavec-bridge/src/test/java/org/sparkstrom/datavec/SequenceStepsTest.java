// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step on sequences gives what DataVec gives, in a default time zone that is not UTC. */
class SequenceStepsTest {
  private static final String JAVA_TIME = "spark.sql.datetime.java8API.enabled";
  private static final int SEQUENCES = 60;

  private TimeZone savedZone;
  private DateTimeZone savedJodaZone;

  @BeforeEach
  void takeInstants() {
    savedZone = TimeZone.getDefault();
    savedJodaZone = DateTimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
    DateTimeZone.setDefault(DateTimeZone.forID("America/New_York"));
    TestSpark.session().conf().set(JAVA_TIME, "true");
  }

  @AfterEach
  void comeBack() {
    TimeZone.setDefault(savedZone);
    DateTimeZone.setDefault(savedJodaZone);
    TestSpark.session().conf().unset(JAVA_TIME);
  }

  static Stream<String> names() {
    return SequenceCases.all().keySet().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void aStepGivesWhatDataVecGives(String name) {
    TransformProcess process = SequenceCases.all().get(name);
    long seed = Long.getLong("datavec.seed", name.hashCode());
    List<List<List<Writable>>> sequences = SequenceCases.sequences(new Random(seed), SEQUENCES, 0);

    int compared =
        new SequenceComparison(process, sequences, name + ", -Ddatavec.seed=" + seed).verify();

    assertThat(compared).as("sequences that DataVec takes").isGreaterThan(SEQUENCES / 2);
  }

  @Test
  void everyCaseComesBackFromItsJson() {
    SequenceCases.all()
        .forEach(
            (name, process) ->
                assertThat(ProcessJson.read(process.toJson())).as(name).isEqualTo(process));
  }
}

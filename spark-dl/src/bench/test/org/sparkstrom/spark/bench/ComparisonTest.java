// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.round.ExchangeCounters;

class ComparisonTest {
  private static final List<Run> RUNS =
      List.of(
          run(SharingMode.DENSE, 1, 0.9800, 4_000),
          run(SharingMode.THRESHOLD, 1, 0.9785, 8),
          run(SharingMode.DENSE, 2, 0.9700, 4_000),
          run(SharingMode.THRESHOLD, 2, 0.9720, 16));

  private final Locale before = Locale.getDefault();

  @BeforeEach
  void speakGerman() {
    Locale.setDefault(Locale.GERMANY);
  }

  @AfterEach
  void speakAsBefore() {
    Locale.setDefault(before);
  }

  @Test
  void comparesEachSeedWithItsOwnDenseRun() throws IOException {
    JsonNode json = new ObjectMapper().readTree(new Comparison(RUNS).toJson());
    assertThat(json.get("seeds").toString()).isEqualTo("[1,2]");
    assertThat(json.get("accuracyGapPoints").toString()).isEqualTo("{\"threshold\":[0.15,-0.2]}");
    assertThat(json.get("bytesRatio").toString()).isEqualTo("{\"threshold\":[500.0,250.0]}");
    assertThat(json.at("/accuracy/dense").toString()).isEqualTo("[0.98,0.97]");
    assertThat(json.at("/bytesSent/threshold").toString()).isEqualTo("[8,16]");
    assertThat(new Comparison(RUNS).toJson()).doesNotContain("\n");
  }

  @Test
  void tellsMediansAndTheWorst() {
    assertThat(new Comparison(RUNS).medianLines())
        .singleElement()
        .asString()
        .contains(
            "threshold",
            "gap -0.03 points (worst +0.15)",
            "ratio 375.0 (least 250.0)",
            "1 of 2 seeds");
    assertThat(Comparison.median(new double[] {3, 1, 2})).isEqualTo(2);
  }

  @Test
  void refusesASeedWithoutOracle() {
    assertThatThrownBy(() -> new Comparison(List.of(run(SharingMode.THRESHOLD, 7, 0.9, 8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("each seed must have a dense run, but seed 7 has none");
  }

  @Test
  void addsUpTheCountersOfAllWorkers() {
    ExchangeCounters counters = new ExchangeCounters(5, 100, 4_000, 40, 0, 0);
    Run run = Run.of(SharingMode.THRESHOLD, 1, 0.5, List.of(counters, counters, counters), 1);
    assertThat(run.rounds()).isEqualTo(5);
    assertThat(run.bytesRatio()).isEqualTo(40);
    assertThat(run.bitsPerNonZero()).isEqualTo(8 * 300 / (2 * 120.0));
    assertThat(run.toLine()).contains("seed 1", "threshold", "50.00%", "ratio    40.0", "5 rounds");
  }

  private static Run run(SharingMode mode, long seed, double accuracy, long bytesSent) {
    return new Run(mode, seed, accuracy, 10, bytesSent, 4_000, 100, 1);
  }
}

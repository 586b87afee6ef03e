// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.training.TrainingEvent;
import org.sparkstrom.spark.training.TrainingListener;
import org.sparkstrom.spark.training.TrainingProgress;
import org.sparkstrom.spark.training.history.LongFit;
import scala.collection.JavaConverters;

/** Events of fits against what Spark's metrics system has. */
class TrainingMetricsTest {
  private static final Path DASHBOARD = Path.of("../docs/grafana/sparkstrom.json");

  @BeforeAll
  static void startSpark() {
    SparkTests.session();
  }

  private static MetricRegistry registry() {
    List<Source> sources =
        JavaConverters.seqAsJavaList(
            SparkEnv.get().metricsSystem().getSourcesByName(TrainingMetrics.NAME));
    assertThat(sources).hasSize(1);
    return sources.get(0).metricRegistry();
  }

  private static Map<String, Long> counters() {
    Map<String, Long> counts = new TreeMap<>();
    registry().getCounters().forEach((name, counter) -> counts.put(name, counter.getCount()));
    return counts;
  }

  @Test
  void countersAddUpFitsAndGaugesShowTheNewest() {
    TrainingListener first = TrainingMetrics.listener();
    TrainingListener second = TrainingMetrics.listener();
    Map<String, Long> before = counters();
    first.onEvent(ToldFit.started());
    second.onEvent(ToldFit.started());
    assertThat(counters().get("fits.running")).isEqualTo(before.get("fits.running") + 2);
    ToldFit.course().forEach(first::onEvent);
    first.onEvent(ToldFit.completed());
    second.onEvent(ToldFit.failed());
    TrainingMetrics.listener().onEvent(ToldFit.failed()); // in the check of its data

    Map<String, Long> expected = new TreeMap<>(before);
    expected.merge("fits.completed", 1L, Long::sum);
    expected.merge("fits.failed", 2L, Long::sum);
    for (String once : List.of("epochs", "workers.lost", "workers.joined", "checkpoints")) {
      expected.merge(once, 1L, Long::sum);
    }
    expected.merge("checkpoints.bytes", 500L, Long::sum);
    TrainingProgress last = LongFit.progress(ToldFit.ROUNDS, ToldFit.ROUNDS, 2);
    expected.merge("rowsTrained", last.rows(), Long::sum);
    expected.merge("bytes", last.bytesSent(), Long::sum);
    assertThat(counters()).isEqualTo(expected);
    assertThat(gauge("round")).isEqualTo(last.round());
    assertThat(gauge("loss")).isEqualTo(last.loss());
    assertThat(gauge("rowsPerSecond")).isEqualTo(last.rowsPerSecond());
    assertThat(gauge("bytesSent")).isEqualTo(last.bytesSent());
    assertThat(gauge("workers.alive")).isEqualTo(2L);
  }

  @Test
  void countersDoNotFallWithALostWorker() {
    TrainingListener fit = TrainingMetrics.listener();
    Map<String, Long> before = counters();
    fit.onEvent(new TrainingEvent.RoundProgress(LongFit.progress(10, 20, 4)));
    fit.onEvent(new TrainingEvent.RoundProgress(LongFit.progress(10, 20, 3)));
    fit.onEvent(new TrainingEvent.RoundProgress(LongFit.progress(12, 20, 3)));
    long rows = LongFit.progress(10, 20, 4).rows() + LongFit.progress(2, 20, 3).rows();
    long bytes = LongFit.progress(10, 20, 4).bytesSent() + LongFit.progress(2, 20, 3).bytesSent();
    assertThat(counters().get("rowsTrained")).isEqualTo(before.get("rowsTrained") + rows);
    assertThat(counters().get("bytes")).isEqualTo(before.get("bytes") + bytes);
  }

  private static Object gauge(String name) {
    return registry().getGauges().get(name).getValue();
  }

  /**
   * As Spark's servlet for Prometheus writes names: what is no letter or digit is left out or _.
   */
  @Test
  void theDashboardAsksForMetricsThatThereAre() throws Exception {
    TrainingMetrics.listener();
    Set<String> there = new TreeSet<>();
    registry()
        .getGauges()
        .keySet()
        .forEach(
            name -> there.add("sparkstrom_training_" + name.replaceAll("\\W", "_") + "_Value"));
    registry()
        .getCounters()
        .keySet()
        .forEach(
            name -> there.add("sparkstrom_training_" + name.replaceAll("\\W", "_") + "_Count"));
    JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
    Set<String> asked = new TreeSet<>();
    Matcher names = Pattern.compile("sparkstrom_training_\\w+").matcher(dashboard.toString());
    while (names.find()) {
      asked.add(names.group());
    }
    assertThat(asked).hasSizeGreaterThan(8);
    assertThat(there).containsAll(asked);
    assertThat(dashboard.path("panels")).isNotEmpty();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.datavec.TestSpark;
import scala.collection.JavaConverters;

/** Windows of a monitor against an analysis of the same rows at once. */
class DriftMonitorTest {
  private static final StructType SCHEMA = StructType.fromDDL("amount DOUBLE, city STRING");

  private static Dataset<Row> rows(long seed, int count, double shift, String... cities) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          RowFactory.create(random.nextGaussian() + shift, cities[random.nextInt(cities.length)]));
    }
    return TestSpark.frame(SCHEMA, rows).repartition(2);
  }

  private static final DataAnalysis TRAINING =
      DataAnalysis.of(rows(1, 600, 0, "Bern", "Graz", "Ulm"), AnalysisPlan.ALL);

  @Test
  void aWindowIsTheAnalysisOfItsBatches() {
    List<DriftWindow> windows = new ArrayList<>();
    List<DriftWindow> alerts = new ArrayList<>();
    Dataset<Row> first = rows(2, 200, 0.9, "Bern", "Graz");
    Dataset<Row> second = rows(3, 150, 0.9, "Graz");
    Dataset<Row> third = rows(4, 400, 0, "Bern", "Graz", "Ulm");
    try (DriftMonitor monitor =
        DriftMonitor.of("windows", TRAINING)
            .withWindow(300)
            .onWindow(windows::add)
            .onAlert(alerts::add)) {
      monitor.call(first, 0L);
      assertThat(windows).isEmpty();
      monitor.call(second, 1L);
      monitor.call(third, 2L);
      assertThat(monitor.last()).contains(windows.get(1));
    }

    DriftReport expected =
        DataAnalysis.of(first.union(second), AnalysisPlan.ALL).driftFrom(TRAINING);
    DriftWindow window = windows.get(0);
    assertThat(window.rows()).isEqualTo(350);
    assertThat(List.of(window.firstBatch(), window.lastBatch())).containsExactly(0L, 1L);
    for (String column : SCHEMA.fieldNames()) {
      assertThat(window.report().psi(column).orElseThrow())
          .isCloseTo(expected.psi(column).orElseThrow(), within(1e-9))
          .isGreaterThan(0.25);
    }
    assertThat(window.beyond()).hasSize(2);
    assertThat(window.describe()).contains("350 rows", "amount", "city");
    assertThat(windows.get(1).beyond()).isEmpty();
    assertThat(windows.get(1).firstBatch()).isEqualTo(2);
    assertThat(alerts).containsExactly(window);
  }

  @Test
  void aWindowOfNullsAlerts() {
    List<DriftWindow> alerts = new ArrayList<>();
    try (DriftMonitor monitor =
        DriftMonitor.of("nulls", TRAINING).withWindow(100).onAlert(alerts::add)) {
      monitor.call(
          rows(2, 100, 0, "Bern", "Graz", "Ulm")
              .selectExpr("CAST(NULL AS DOUBLE) AS amount", "city"),
          0L);
    }
    assertThat(alerts).hasSize(1);
    assertThat(alerts.get(0).report().notCompared()).isEmpty();
    assertThat(alerts.get(0).beyond())
        .extracting(DriftReport.ColumnDrift::column)
        .contains("amount");
  }

  @Test
  void columnsWithoutWhatTheyAreComparedByAreNotWatched() {
    Dataset<Row> rows = rows(2, 100, 0, "Bern", "Graz", "Ulm");
    DataAnalysis tops =
        DataAnalysis.of(rows, AnalysisPlan.ALL.withStatistics(Statistic.TOP_VALUES));
    try (DriftMonitor monitor = DriftMonitor.of("tops", tops).withWindow(100)) {
      monitor.call(rows.drop("amount"), 0L);
      DriftReport report = monitor.last().orElseThrow().report();
      assertThat(report.psi("city")).hasValue(0);
      assertThat(report.columns()).hasSize(1);
      assertThat(report.notCompared()).isEmpty();
    }
  }

  @Test
  void gaugesShowTheNewestWindow() {
    String name = "sparkstrom.drift.gauges";
    try (DriftMonitor monitor = DriftMonitor.of("gauges", TRAINING).withWindow(100)) {
      monitor.call(rows(5, 50, 0, "Bern"), 0L);
      assertThat((double) gauge(name, "psi.amount")).isNaN();
      assertThat((long) gauge(name, "windows")).isZero();
      monitor.call(rows(6, 50, 3, "Bern"), 1L);
      DriftWindow window = monitor.last().orElseThrow();
      assertThat((double) gauge(name, "psi.amount"))
          .isEqualTo(window.report().psi("amount").orElseThrow());
      assertThat((double) gauge(name, "ks.amount"))
          .isEqualTo(window.report().columns().get(0).ks().orElseThrow().distance());
      assertThat((long) gauge(name, "rows")).isEqualTo(100);
      assertThat((long) gauge(name, "alerts")).isOne();
    }
    assertThat(sources(name)).isEmpty();
  }

  @Test
  void closingAMonitorLeavesThoseWithLongerNames() throws Exception {
    DriftMetrics longer = new DriftMetrics("churn2", List.of("amount"));
    DriftMetrics shorter = new DriftMetrics("churn", List.of("amount"));
    MetricsSystem system = MetricsSystem.createMetricsSystem("driver", new SparkConf());
    shorter.register(system);
    longer.register(system);
    assertThat(metrics(system)).hasSize(10).contains("sparkstrom.drift.churn.psi.amount");
    shorter.close();
    assertThat(metrics(system)).hasSize(5).contains("sparkstrom.drift.churn2.psi.amount");
    shorter.register(system);
    assertThat(metrics(system)).hasSize(10);
  }

  /** What sinks have to write. */
  private static Set<String> metrics(MetricsSystem system) throws Exception {
    Field registry = MetricsSystem.class.getDeclaredField("registry");
    registry.setAccessible(true);
    return ((MetricRegistry) registry.get(system)).getNames();
  }

  @Test
  void eachApplicationHasItsMetricsOfAMonitorAndEachMonitorAName() {
    DriftMetrics metrics = new DriftMetrics("churn", List.of("amount"));
    MetricsSystem first = MetricsSystem.createMetricsSystem("driver", new SparkConf());
    MetricsSystem second = MetricsSystem.createMetricsSystem("driver", new SparkConf());
    for (MetricsSystem system : List.of(first, first, second)) {
      metrics.register(system);
      assertThat(system.getSourcesByName("sparkstrom.drift.churn").size()).isOne();
    }
    DriftMetrics other = new DriftMetrics("churn", List.of("amount"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> other.register(second))
        .withMessageContaining("another 'churn' in this application; close that one first");
    metrics.close();
    other.register(second);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriftMonitor.of("churn.eu", TRAINING))
        .withMessageContaining("without dots, but is 'churn.eu'");
  }

  private static List<Source> sources(String name) {
    return JavaConverters.seqAsJavaList(SparkEnv.get().metricsSystem().getSourcesByName(name));
  }

  private static Object gauge(String source, String name) {
    assertThat(sources(source)).hasSize(1);
    Gauge<?> gauge =
        sources(source).get(0).metricRegistry().getGauges((n, metric) -> n.equals(name)).get(name);
    return gauge.getValue();
  }

  @Test
  void aBatchThatIsRepeatedCountsOnce() {
    try (DriftMonitor monitor = DriftMonitor.of("repeated", TRAINING).withWindow(100)) {
      monitor.call(rows(7, 60, 0, "Bern"), 4L);
      monitor.call(rows(7, 60, 0, "Bern"), 4L);
      assertThat(monitor.last()).isEmpty();
      monitor.call(rows(8, 60, 0, "Bern"), 5L);
      assertThat(monitor.last().orElseThrow().rows()).isEqualTo(120);
    }
  }

  @Test
  void theSameBatchOfAnotherQueryCountsToo() {
    SparkContext context = TestSpark.session().sparkContext();
    try (DriftMonitor monitor = DriftMonitor.of("queries", TRAINING).withWindow(120)) {
      context.setLocalProperty("sql.streaming.queryId", "one");
      monitor.call(rows(7, 60, 0, "Bern"), 0L);
      monitor.call(rows(7, 60, 0, "Bern"), 0L);
      assertThat(monitor.last()).isEmpty();
      context.setLocalProperty("sql.streaming.queryId", "two");
      monitor.call(rows(8, 60, 0, "Bern"), 0L);
      assertThat(monitor.last().orElseThrow().rows()).isEqualTo(120);
    } finally {
      context.setLocalProperty("sql.streaming.queryId", null);
    }
  }

  @Test
  void aStreamIsWatchedAndStopsWithItsListener(@TempDir Path folder) throws Exception {
    Path input = folder.resolve("in");
    rows(9, 300, 2, "Bern").write().parquet(input.toString());
    Dataset<Row> stream = TestSpark.session().readStream().schema(SCHEMA).parquet(input.toString());
    try (DriftMonitor monitor =
        DriftMonitor.of("stream", TRAINING)
            .withWindow(300)
            .onAlert(
                window -> {
                  throw new IllegalStateException("stop at " + window.describe());
                })) {
      StreamingQuery query =
          stream
              .writeStream()
              .foreachBatch(monitor)
              .option("checkpointLocation", folder.resolve("checkpoint").toString())
              .start();
      assertThatThrownBy(query::processAllAvailable)
          .isInstanceOf(StreamingQueryException.class)
          .hasStackTraceContaining("stop at batches 0 to 0, 300 rows: drift of amount");
      assertThat(monitor.last().orElseThrow().beyond()).hasSize(2);
    }
  }

  @Test
  void columnsMustBeThoseOfTraining() {
    try (DriftMonitor monitor = DriftMonitor.of("columns", TRAINING)) {
      Dataset<Row> texts = rows(1, 9, 0, "Bern").selectExpr("'1' AS amount", "city");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> monitor.call(texts, 0L))
          .withMessageContaining("column 'amount' must be")
          .withMessageContaining("double, but is string; cast it");
      Dataset<Row> fewer = rows(1, 9, 0, "Bern").drop("city");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> monitor.call(fewer, 0L))
          .withMessageContaining("column 'city' is missing");
    }
    DataAnalysis moments =
        DataAnalysis.of(
            rows(1, 9, 0, "Bern"),
            AnalysisPlan.ALL.withColumns("amount").withStatistics(Statistic.MOMENTS));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriftMonitor.of("none", moments))
        .withMessageContaining("ask for Statistic.QUANTILES and TOP_VALUES");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriftMonitor.of("limits", TRAINING).withLimit(Double.NaN))
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriftMonitor.of("limits", TRAINING).withWindow(0))
        .withMessageContaining("at least 1 row");
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * The newest window of a monitor in the metrics of Spark's driver, for every sink that is
 * configured there, Prometheus' among them: {@code sparkstrom.drift.NAME.} and {@code psi.COLUMN}
 * or {@code ks.COLUMN} (NaN where there is none), {@code rows}, {@code windows}, {@code alerts}.
 */
final class DriftMetrics implements Source, AutoCloseable {
  private final String name;
  private final MetricRegistry registry = new MetricRegistry();
  private final AtomicReference<DriftWindow> newest = new AtomicReference<>();
  private final AtomicLong windows = new AtomicLong();
  private final AtomicLong alerts = new AtomicLong();
  private boolean registered;

  DriftMetrics(String name, List<String> columns) {
    this.name = name;
    for (String column : columns) {
      registry.register("psi." + column, (Gauge<Double>) () -> psi(column));
      registry.register("ks." + column, (Gauge<Double>) () -> ks(column));
    }
    registry.register("rows", (Gauge<Long>) this::rows);
    registry.register("windows", (Gauge<Long>) windows::get);
    registry.register("alerts", (Gauge<Long>) alerts::get);
  }

  @Override
  public String sourceName() {
    return "sparkstrom.drift." + name;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  /** Makes the gauges known to the application that runs, once. */
  synchronized void register() {
    if (!registered) {
      SparkEnv.get().metricsSystem().registerSource(this);
      registered = true;
    }
  }

  void show(DriftWindow window) {
    newest.set(window);
    windows.incrementAndGet();
    if (!window.beyond().isEmpty()) {
      alerts.incrementAndGet();
    }
  }

  @Override
  public synchronized void close() {
    SparkEnv application = SparkEnv.get();
    if (registered && application != null) {
      application.metricsSystem().removeSource(this);
    }
    registered = false;
  }

  private double psi(String column) {
    DriftWindow window = newest.get();
    return window == null ? Double.NaN : window.report().psi(column).orElse(Double.NaN);
  }

  private double ks(String column) {
    DriftWindow window = newest.get();
    if (window == null) {
      return Double.NaN;
    }
    return window.report().columns().stream()
        .filter(drift -> drift.column().equals(column))
        .flatMap(drift -> drift.ks().stream())
        .mapToDouble(DriftReport.KolmogorovSmirnov::distance)
        .findFirst()
        .orElse(Double.NaN);
  }

  private long rows() {
    DriftWindow window = newest.get();
    return window == null ? 0 : window.rows();
  }
}

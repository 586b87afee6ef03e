// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;

/**
 * The newest window of a monitor in the metrics of Spark's driver, for every sink that is
 * configured there, Prometheus' among them: {@code sparkstrom.drift.NAME.} and {@code psi.COLUMN}
 * or {@code ks.COLUMN} (NaN where there is none), {@code rows}, {@code windows}, {@code alerts}.
 * Thread-safe.
 */
final class DriftMetrics implements Source, AutoCloseable {
  private final String name;
  private final MetricRegistry registry = new MetricRegistry();
  private final AtomicReference<DriftWindow> newest = new AtomicReference<>();
  private final AtomicLong windows = new AtomicLong();
  private final AtomicLong alerts = new AtomicLong();
  private Optional<MetricsSystem> system = Optional.empty();
  private volatile String end = "";

  DriftMetrics(String name, List<String> columns) {
    if (name.isBlank() || name.contains(".")) {
      throw new IllegalArgumentException(
          "the name of a DriftMonitor must be a part of the names of its metrics, without dots, but"
              + " is '%s'; write it with _ or -".formatted(name));
    }
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
    return "sparkstrom.drift." + name + end;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  /**
   * Makes the gauges known to the application that runs, once for each.
   *
   * @throws IllegalArgumentException if another monitor of this name is known there
   */
  void register() {
    register(SparkEnv.get().metricsSystem());
  }

  synchronized void register(MetricsSystem running) {
    if (system.filter(known -> known == running).isPresent()) {
      return;
    }
    if (running.getSourcesByName(sourceName()).nonEmpty()) {
      throw new IllegalArgumentException(
          "a DriftMonitor must have a name of its own in Spark's metrics, but there is another '%s'"
                  .formatted(name)
              + " in this application; close that one first, or give this one another name");
    }
    running.registerSource(this);
    system = Optional.of(running);
  }

  void show(DriftWindow window) {
    newest.set(window);
    windows.incrementAndGet();
    if (!window.beyond().isEmpty()) {
      alerts.incrementAndGet();
    }
  }

  /**
   * Takes the gauges out. Spark removes all metrics whose names begin with the source's, those of
   * "churn2" with those of "churn", so that it has to end with a dot for this.
   */
  @Override
  public synchronized void close() {
    end = ".";
    system.ifPresent(known -> known.removeSource(this));
    system = Optional.empty();
    end = "";
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

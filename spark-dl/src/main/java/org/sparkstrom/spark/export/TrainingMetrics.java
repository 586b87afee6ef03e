// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.export;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.sparkstrom.spark.training.TrainingEvent;
import org.sparkstrom.spark.training.TrainingListener;
import org.sparkstrom.spark.training.TrainingProgress;

/**
 * The fits of a driver in its metrics of Spark, for every sink that is configured there, as those
 * for Prometheus, Graphite and JMX.
 *
 * <p>There is one source for all fits of the JVM, {@value #NAME}, whatever their applications. Its
 * gauges show the fit that has reported last, its counters add up all of them. Rows and bytes of a
 * fit fall when it loses a worker; their counters, {@code rowsTrained} and {@code bytes}, never do:
 * they add up what was reported in addition. It is registered with the first fit and stays, so that
 * the figures of the last fit can still be read. Any thread may read; each fit writes in its own.
 */
public final class TrainingMetrics implements Source {
  static final String NAME = "sparkstrom.training";

  private static final TrainingMetrics SOURCE = new TrainingMetrics();

  private final MetricRegistry registry = new MetricRegistry();
  private final Counter running = registry.counter("fits.running");
  private final Counter completed = registry.counter("fits.completed");
  private final Counter failed = registry.counter("fits.failed");
  private final Counter epochs = registry.counter("epochs");
  private final Counter lost = registry.counter("workers.lost");
  private final Counter joined = registry.counter("workers.joined");
  private final Counter checkpoints = registry.counter("checkpoints");
  private final Counter checkpointBytes = registry.counter("checkpoints.bytes");
  private final Counter rowsTrained = registry.counter("rowsTrained");
  private final Counter bytes = registry.counter("bytes");
  private volatile TrainingProgress newest;

  private TrainingMetrics() {
    number("loss", TrainingProgress::loss);
    number("rowsPerSecond", TrainingProgress::rowsPerSecond);
    number("density", TrainingProgress::density);
    number("compression", TrainingProgress::compression);
    count("round", TrainingProgress::round);
    count("epoch", TrainingProgress::epoch);
    count("rows", TrainingProgress::rows);
    count("bytesSent", TrainingProgress::bytesSent);
    count("denseBytes", TrainingProgress::denseBytes);
    count("workers.alive", progress -> progress.attendance().alive());
  }

  private void number(String name, ToDoubleFunction<TrainingProgress> value) {
    registry.register(
        name,
        (Gauge<Double>)
            () -> {
              TrainingProgress progress = newest;
              return progress == null ? Double.NaN : value.applyAsDouble(progress);
            });
  }

  private void count(String name, ToLongFunction<TrainingProgress> value) {
    registry.register(
        name,
        (Gauge<Long>)
            () -> {
              TrainingProgress progress = newest;
              return progress == null ? 0L : value.applyAsLong(progress);
            });
  }

  /** What keeps the metrics of the application that runs up to date with one fit. */
  public static TrainingListener listener() {
    SOURCE.register();
    return SOURCE.new OneFit();
  }

  private synchronized void register() {
    var metrics = SparkEnv.get().metricsSystem();
    if (metrics.getSourcesByName(NAME).isEmpty()) { // of a new application, or the first fit
      metrics.registerSource(this);
    }
  }

  @Override
  public String sourceName() {
    return NAME;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  /** The events of one fit. */
  private final class OneFit implements TrainingListener {
    private boolean started;
    private long rowsBefore;
    private long bytesBefore;

    @Override
    public void onEvent(TrainingEvent event) {
      if (event instanceof TrainingEvent.Started) {
        started = true;
        running.inc();
      } else if (event instanceof TrainingEvent.RoundProgress round) {
        newest = round.progress();
        add(round.progress().rows(), round.progress().bytesSent());
      } else if (event instanceof TrainingEvent.EpochEnded) {
        epochs.inc();
      } else if (event instanceof TrainingEvent.WorkerLost) {
        lost.inc();
      } else if (event instanceof TrainingEvent.WorkerJoined) {
        joined.inc();
      } else if (event instanceof TrainingEvent.CheckpointWritten checkpoint) {
        checkpoints.inc();
        checkpointBytes.inc(checkpoint.lengthBytes());
      } else if (event instanceof TrainingEvent.Completed done) {
        add(done.result().rows(), done.result().bytesSent());
        end(completed);
      } else if (event instanceof TrainingEvent.Failed) {
        end(failed);
      }
    }

    private void add(long rowsNow, long bytesNow) {
      rowsTrained.inc(Math.max(0, rowsNow - rowsBefore));
      bytes.inc(Math.max(0, bytesNow - bytesBefore));
      rowsBefore = rowsNow;
      bytesBefore = bytesNow;
    }

    private void end(Counter outcome) {
      outcome.inc();
      if (started) { // one that failed in the check of its data has never run
        running.dec();
      }
    }
  }
}

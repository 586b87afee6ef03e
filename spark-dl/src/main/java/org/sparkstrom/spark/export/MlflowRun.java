// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.spark.training.BlockFigures;
import org.sparkstrom.spark.training.TrainingEvent;
import org.sparkstrom.spark.training.TrainingListener;
import org.sparkstrom.spark.training.TrainingProgress;
import org.sparkstrom.spark.training.TrainingResult;

/**
 * Logs each fit as a run of an MLflow tracking server, by its REST API.
 *
 * <p>Params are what the fit began with; metrics by epoch are {@code loss}, {@code
 * validation.NAME}, {@code density.LAYER} and {@code threshold.LAYER}; metrics by round, every five
 * seconds, {@code train.loss}, {@code train.rowsPerSecond}, {@code sharing.compression} and {@code
 * workers.alive}. The run ends as FINISHED, with the hash of the parameters as a tag, or as FAILED
 * with the error.
 *
 * <p>A thread of its own talks to the server, so a slow one does not hold the fit up: at most 100
 * reports of metrics wait for it, and further ones are dropped. A server that cannot be reached or
 * refuses a call ends the logging of metrics, not the fit: it is a warning in the log. At the end
 * of a fit 10 seconds are given to metrics that wait, and then 30 seconds to the end of the run,
 * which is told though metrics could not be. One for each fit that runs at the same time.
 */
public final class MlflowRun implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(MlflowRun.class);
  private static final Pace PACE = new Pace(Duration.ofSeconds(5), Duration.ofSeconds(10), 100);
  private static final Duration LAST_CALLS = Duration.ofSeconds(30);

  /** Characters of a tag, which all versions of MLflow take. */
  private static final int MOST_TAG = 4000;

  private final MlflowClient client;
  private final String experiment;
  private final Clock clock;
  private final Pace pace;
  private Optional<Sender> sender = Optional.empty();
  private Duration nextRound = Duration.ZERO;

  /**
   * Logs to a server.
   *
   * @param server such as {@code http://mlflow:5000}
   * @param experiment by name; it is made if there is none
   */
  public MlflowRun(URI server, String experiment) {
    this(server, experiment, Optional.empty());
  }

  /**
   * Logs to a server that wants a token, in the header {@code Authorization: Bearer}.
   *
   * @param token such as a personal access token of Databricks
   */
  public MlflowRun(URI server, String experiment, String token) {
    this(server, experiment, Optional.of(token));
  }

  private MlflowRun(URI server, String experiment, Optional<String> token) {
    this(new MlflowClient(requireHttp(server), token), experiment, Clock.systemUTC(), PACE);
  }

  MlflowRun(MlflowClient client, String experiment, Clock clock, Pace pace) {
    this.client = client;
    this.experiment = Objects.requireNonNull(experiment, "experiment");
    this.clock = clock;
    this.pace = pace;
  }

  /**
   * How much is sent, and when.
   *
   * @param betweenRounds the least time between two reports of rounds
   * @param grace for metrics that wait at the end of a fit
   * @param mostWaiting reports of metrics that may wait for the server
   */
  record Pace(Duration betweenRounds, Duration grace, int mostWaiting) {}

  private static URI requireHttp(URI server) {
    if (server.getHost() == null
        || !("http".equals(server.getScheme()) || "https".equals(server.getScheme()))) {
      throw new IllegalArgumentException(
          "MLflow's server must be an address as http://host:5000, but is '" + server + "'");
    }
    return server;
  }

  @Override
  public void onEvent(TrainingEvent event) {
    if (event instanceof TrainingEvent.Started started) {
      nextRound = Duration.ZERO;
      sender = Optional.of(new Sender(started));
    } else if (sender.isEmpty()) {
      return; // it failed before it began
    } else if (event instanceof TrainingEvent.RoundProgress round) {
      progress(round.progress());
    } else if (event instanceof TrainingEvent.EpochEnded ended) {
      sender.get().metrics(ended.figures().epoch() + 1L, metrics(ended));
    } else if (event instanceof TrainingEvent.Completed completed) {
      sender.get().end("FINISHED", facts(completed.result()));
      sender = Optional.empty();
    } else if (event instanceof TrainingEvent.Failed failed) {
      sender.get().end("FAILED", Map.of("sparkstrom.failure", failure(failed.failure())));
      sender = Optional.empty();
    }
  }

  private void progress(TrainingProgress progress) {
    if (progress.round() == 0 || progress.elapsed().compareTo(nextRound) < 0) {
      return;
    }
    nextRound = progress.elapsed().plus(pace.betweenRounds());
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("train.loss", progress.loss());
    metrics.put("train.rowsPerSecond", progress.rowsPerSecond());
    metrics.put("sharing.compression", progress.compression());
    metrics.put("workers.alive", (double) progress.attendance().alive());
    sender.orElseThrow().metrics(progress.round(), metrics);
  }

  private static Map<String, Double> metrics(TrainingEvent.EpochEnded ended) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("loss", ended.figures().loss());
    ended.figures().validation().forEach((name, value) -> metrics.put("validation." + name, value));
    for (BlockFigures block : ended.blocks()) {
      metrics.put("density." + block.name(), block.density());
      metrics.put("threshold." + block.name(), block.threshold());
    }
    return metrics;
  }

  private static Map<String, String> facts(TrainingResult result) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("sparkstrom.parametersSha256", result.parametersSha256());
    facts.put("sparkstrom.rounds", Long.toString(result.rounds()));
    facts.put("sparkstrom.rows", Long.toString(result.rows()));
    facts.put("sparkstrom.bytesSent", Long.toString(result.bytesSent()));
    facts.put("sparkstrom.fitSeconds", Double.toString(result.fitSeconds()));
    return facts;
  }

  private static String failure(RuntimeException failure) {
    String text = failure.toString();
    return text.substring(0, Math.min(MOST_TAG, text.length()));
  }

  /** A call of the server. */
  @FunctionalInterface
  private interface Call {
    void run() throws IOException, InterruptedException;
  }

  /** The thread that sends one fit's calls, in order; it ends with the fit. */
  private final class Sender {
    private static final int MOST_METRICS = 1000; // of one request

    private final ExecutorService thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, "sparkstrom-mlflow");
              made.setDaemon(true);
              return made;
            });
    private final AtomicInteger waiting = new AtomicInteger();
    private long dropped; // by the thread of the fit
    private String runId = ""; // by the sending thread, as broken
    private boolean broken;
    private volatile boolean hurried;

    Sender(TrainingEvent.Started started) {
      long time = clock.millis(); // of the fit: a slow server is asked for the experiment first
      later(() -> unlessBroken(() -> begin(started, time)));
    }

    private void begin(TrainingEvent.Started started, long time)
        throws IOException, InterruptedException {
      ObjectNode body = MlflowClient.body();
      body.put("experiment_id", client.experiment(experiment)).put("start_time", time);
      runId = client.post("runs/create", body).path("run").path("info").path("run_id").asText();
      ObjectNode batch = MlflowClient.body().put("run_id", runId);
      ArrayNode params = batch.putArray("params");
      param(params, "workers", started.workers());
      param(params, "rows", started.rows());
      param(params, "validationRows", started.validationRows());
      param(params, "parameters", started.parameters());
      started.resumedFrom().ifPresent(path -> param(params, "resumedFrom", path));
      client.post("runs/log-batch", batch);
    }

    private static void param(ArrayNode params, String name, Object value) {
      params.addObject().put("key", name).put("value", String.valueOf(value));
    }

    void metrics(long step, Map<String, Double> values) {
      if (waiting.get() >= pace.mostWaiting()) {
        dropped++;
        return;
      }
      long time = clock.millis();
      waiting.incrementAndGet();
      later(
          () -> {
            waiting.decrementAndGet();
            if (!hurried) {
              unlessBroken(() -> client.post("runs/log-batch", batch(step, time, values)));
            }
          });
    }

    private ObjectNode batch(long step, long time, Map<String, Double> values) {
      ObjectNode batch = MlflowClient.body().put("run_id", runId);
      ArrayNode metrics = batch.putArray("metrics");
      for (var value : values.entrySet()) {
        if (Double.isFinite(value.getValue()) && metrics.size() < MOST_METRICS) {
          metrics
              .addObject()
              .put("key", value.getKey().replaceAll("[^\\w.\\- /]", "_"))
              .put("value", value.getValue())
              .put("timestamp", time)
              .put("step", step);
        }
      }
      return batch;
    }

    /** Tells how the fit has ended, waits for what has not been sent, and ends the thread. */
    void end(String status, Map<String, String> tags) {
      long time = clock.millis();
      later(() -> tellEnd(status, time, tags));
      thread.shutdown();
      if (dropped > 0) {
        LOG.warn("{} reports of metrics are not logged, for MLflow was too slow", dropped);
      }
      try {
        if (thread.awaitTermination(pace.grace().toNanos(), TimeUnit.NANOSECONDS)) {
          return;
        }
        hurried = true; // what waits is skipped on the way to the end
        if (!thread.awaitTermination(LAST_CALLS.toNanos(), TimeUnit.NANOSECONDS)) {
          LOG.warn("MLflow has not taken the end of the run in {}; it is not sent", LAST_CALLS);
          thread.shutdownNow();
        }
      } catch (InterruptedException e) {
        hurried = true; // the thread still tells the end: each call has a deadline
        Thread.currentThread().interrupt();
      }
    }

    private void tellEnd(String status, long time, Map<String, String> tags) {
      if (runId.isEmpty()) {
        return; // it has not begun
      }
      ObjectNode batch = MlflowClient.body().put("run_id", runId);
      ArrayNode all = batch.putArray("tags");
      tags.forEach((key, value) -> all.addObject().put("key", key).put("value", value));
      attempt(() -> client.post("runs/log-batch", batch)); // whether metrics were refused or not
      ObjectNode update = MlflowClient.body().put("run_id", runId);
      update.put("status", status).put("end_time", time);
      attempt(() -> client.post("runs/update", update));
    }

    private void later(Runnable work) {
      try {
        thread.execute(work);
      } catch (RejectedExecutionException e) {
        LOG.warn("the run of this fit has ended, and takes no more", e);
      }
    }

    private void unlessBroken(Call call) {
      if (!broken) {
        broken = !attempt(call);
      }
    }

    /** Whether the call was made. */
    private boolean attempt(Call call) {
      try {
        call.run();
        return true;
      } catch (IOException | RuntimeException e) {
        LOG.warn("MLflow has not taken a part of this fit, and gets no more metrics of it", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return false;
    }
  }
}

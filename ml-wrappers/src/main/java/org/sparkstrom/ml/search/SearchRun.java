// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Transformer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One search as it runs: as many trials at once as are allowed, each in a thread and under a job
 * tag of its own, until the strategy has no more or the deadline comes. Trials that run then are
 * cancelled. The threads end with {@link #run}.
 */
final class SearchRun {
  private static final Logger LOG = LoggerFactory.getLogger(SearchRun.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * How a search may run.
   *
   * @param parallelism trials at once
   * @param deadline after which no trial goes on; empty for none
   * @param failFast whether a trial that fails ends the search
   */
  record Limits(int parallelism, Optional<Duration> deadline, boolean failFast) {}

  /**
   * What a search gives.
   *
   * @param results in the order in which trials ended
   * @param best the best of those that were completed
   * @param model of {@code best}
   */
  record Outcome(List<TrialResult> results, TrialResult best, Transformer model) {}

  private record Done(
      Assignment assignment, Trials.Outcome outcome, Exception error, double seconds) {}

  private final SparkContext context;
  private final String uid;
  private final UUID run = UUID.randomUUID();
  private final Trials trials;
  private final List<Map<String, String>> values;
  private final boolean largerIsBetter;
  private final Limits limits;
  private final Map<Assignment, Long> running = new HashMap<>();
  private final List<TrialResult> results = new ArrayList<>();
  private TrialResult best;
  private Transformer model;
  private Exception firstError;

  /**
   * A search.
   *
   * @param values what each candidate sets, to be told
   */
  SearchRun(
      SparkContext context,
      String uid,
      Trials trials,
      List<Map<String, String>> values,
      boolean largerIsBetter,
      Limits limits) {
    this.context = context;
    this.uid = uid;
    this.trials = trials;
    this.values = values;
    this.largerIsBetter = largerIsBetter;
    this.limits = limits;
  }

  /**
   * Runs the search.
   *
   * @throws SearchFailedException if no trial was completed, or one failed and that ends the search
   */
  Outcome run(SearchStrategy strategy) {
    AtomicInteger threads = new AtomicInteger();
    ExecutorService pool =
        Executors.newFixedThreadPool(
            limits.parallelism(),
            task -> {
              Thread thread = new Thread(task, uid + "-" + threads.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    try {
      search(strategy, new ExecutorCompletionService<>(pool));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SearchFailedException(uid + " was interrupted", e);
    } finally {
      end(pool);
    }
    if (best == null) {
      throw new SearchFailedException(
          "%s must complete one of %d candidates at least, but has none: %s"
              .formatted(uid, values.size(), why()),
          firstError);
    }
    return new Outcome(List.copyOf(results), best, model);
  }

  private String why() {
    if (firstError != null) {
      return firstError.toString();
    }
    return results.stream().anyMatch(TrialResult::isCompleted)
        ? "the evaluator gave NaN for each; is there a validation row? See trainRatio"
        : "the deadline came first";
  }

  private void search(SearchStrategy strategy, CompletionService<Done> pool)
      throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      long left = limits.deadline().map(d -> start + d.toNanos() - System.nanoTime()).orElse(1L);
      while (running.size() < limits.parallelism() && left > 0) {
        Optional<Assignment> next = strategy.next();
        if (next.isEmpty()) {
          break;
        }
        begin(next.get(), pool);
      }
      if (running.isEmpty()) {
        return;
      }
      Future<Done> ended =
          limits.deadline().isEmpty() ? pool.take() : pool.poll(left, TimeUnit.NANOSECONDS);
      if (ended == null) {
        cutOff();
        return;
      }
      Done done = result(ended);
      note(done);
      double metric = done.outcome() == null ? Double.NaN : done.outcome().metric();
      strategy.report(done.assignment(), largerIsBetter ? metric : -metric);
    }
  }

  private void begin(Assignment assignment, CompletionService<Done> pool) {
    running.put(assignment, System.nanoTime());
    pool.submit(
        () -> {
          long start = System.nanoTime();
          context.addJobTag(tag(assignment));
          context.setInterruptOnCancel(true);
          Trials.Outcome outcome = null;
          Exception error = null;
          try {
            outcome = trials.train(assignment);
          } catch (Exception e) {
            error = e;
          } finally {
            context.removeJobTag(tag(assignment));
          }
          return new Done(assignment, outcome, error, seconds(start));
        });
  }

  private static Done result(Future<Done> ended) throws InterruptedException {
    try {
      return ended.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error; // as an OutOfMemoryError of the driver
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void note(Done done) {
    running.remove(done.assignment());
    Assignment at = done.assignment();
    if (done.error() != null) {
      firstError = firstError == null ? done.error() : firstError;
      results.add(TrialResult.failed(at, values.get(at.trial()), done.seconds(), done.error()));
      LOG.warn("{}: trial {} failed", uid, at.trial(), done.error());
      if (limits.failFast()) {
        throw new SearchFailedException(
            "%s: trial %d with %s failed: %s. Leave the candidate out, or set onFailure to skip"
                .formatted(uid, at.trial(), values.get(at.trial()), done.error().getMessage()),
            done.error());
      }
      return;
    }
    Trials.Outcome outcome = done.outcome();
    TrialResult result = TrialResult.completed(at, values.get(at.trial()), done.seconds(), outcome);
    results.add(result);
    boolean judged = !Double.isNaN(result.metric());
    if (judged && (best == null || byMerit().compare(result, best) < 0)) {
      best = result;
      model = outcome.model();
    }
    LOG.info(
        "{}: trial {}, rung {}: metric {} after {} s; best so far: {}",
        uid,
        at.trial(),
        at.rung(),
        result.metric(),
        Math.round(done.seconds()),
        best == null ? "none" : "trial " + best.trial() + " with " + best.metric());
  }

  /** The better first; of equals that with more training, and the earlier candidate. */
  private Comparator<TrialResult> byMerit() {
    return Comparator.<TrialResult>comparingDouble(
            result -> {
              double metric = largerIsBetter ? -result.metric() : result.metric();
              return Double.isNaN(metric) ? Double.POSITIVE_INFINITY : metric;
            })
        .thenComparing(TrialResult::rung, Comparator.reverseOrder())
        .thenComparing(TrialResult::trial);
  }

  private void cutOff() {
    LOG.warn("{}: the deadline has come; trials that are cut off: {}", uid, running.keySet());
    running.forEach(
        (at, start) -> results.add(TrialResult.cutOff(at, values.get(at.trial()), seconds(start))));
  }

  private void end(ExecutorService pool) {
    pool.shutdownNow();
    boolean interrupted = Thread.interrupted();
    boolean ended = false;
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (!ended && System.nanoTime() < until) {
      // Again and again: a trial between two jobs may have begun the next
      running.keySet().forEach(assignment -> context.cancelJobsWithTag(tag(assignment)));
      try {
        ended = pool.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (!ended) {
      LOG.warn("{}: trials do not end {} s after they were cancelled", uid, PATIENCE.toSeconds());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A tag, as groups of jobs are the caller's. */
  private String tag(Assignment assignment) {
    return "%s-%s-%d-%d".formatted(uid, run, assignment.trial(), assignment.rung());
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}

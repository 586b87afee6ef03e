// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Times the training of a contestant, without its evaluations, until the target or a limit.
 *
 * <p>The same for all: what is timed is training alone; after each piece of it, usually an epoch,
 * the held-out rows are scored with the clock stopped.
 */
final class ContestClock {
  /** How long a contestant trains before the clock runs, so that its code is compiled. */
  private static final double WARM_UP_SECONDS = 60;

  private final double target;
  private final double limitSeconds;
  private final PrintWriter progress = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
  private double seconds;
  private double best;
  private long rows;

  ContestClock(double target, double limitSeconds) {
    this.target = target;
    this.limitSeconds = limitSeconds;
  }

  /** A piece of training. */
  @FunctionalInterface
  interface Training {
    void run() throws Exception;
  }

  /** Scores what has been trained so far. */
  @FunctionalInterface
  interface Scoring {
    double accuracy() throws Exception;
  }

  /** Trains again and again, until all that is compiled with time has been. */
  static void warmUp(Training training) throws Exception {
    long startNs = System.nanoTime();
    while ((System.nanoTime() - startNs) * 1e-9 < WARM_UP_SECONDS) {
      training.run();
    }
  }

  /** Trains and scores; returns whether to go on. */
  boolean lap(long rowsOfLap, Training training, Scoring scoring) throws Exception {
    long startNs = System.nanoTime();
    training.run();
    return lap(rowsOfLap, (System.nanoTime() - startNs) * 1e-9, scoring.accuracy());
  }

  /** Takes note of training that was timed already; returns whether to go on. */
  boolean lap(long rowsOfLap, double secondsOfLap, double accuracy) {
    seconds += secondsOfLap;
    rows += rowsOfLap;
    best = Math.max(best, accuracy);
    progress.printf(
        Locale.ROOT, "%8.2f s  %,10d rows  accuracy %.2f%%%n", seconds, rows, 100 * accuracy);
    return best < target && seconds < limitSeconds;
  }

  ContestResult result() {
    return ContestResult.of(seconds, best, best >= target, rows);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.cluster;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.SparkContext;

/**
 * Task slots of the cluster, counted before a stage whose tasks must all run at the same time.
 *
 * <p>A fit with more workers than slots would wait for peers that Spark never starts.
 */
public final class Slots {

  private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private Slots() {}

  /**
   * Number of workers to start.
   *
   * @param workers workers asked for; 0 for one per slot
   * @param patience how long executors may take to register
   * @throws IllegalArgumentException if there are fewer slots than workers when patience ends
   */
  public static int reserve(SparkContext context, int workers, Duration patience) {
    int wanted = Math.max(1, workers);
    long deadline = System.nanoTime() + patience.toNanos();
    int slots = SparkInternals.slots(context);
    while (slots < wanted
        && !SparkInternals.runsInDriver(context)
        && System.nanoTime() < deadline
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(POLL_NS);
      slots = SparkInternals.slots(context);
    }
    if (slots < wanted) {
      throw new IllegalArgumentException(
          ("%d workers need as many task slots at the same time, but the cluster at '%s' has %d "
                  + "(waited %d s for executors). Set workers to %d or less, or give the application "
                  + "more executors or cores (spark.cores.max, spark.executor.instances, "
                  + "spark.executor.cores, spark.task.cpus).")
              .formatted(
                  wanted,
                  context.master(),
                  slots,
                  SparkInternals.runsInDriver(context) ? 0 : patience.toSeconds(),
                  slots));
    }
    return workers == 0 ? slots : workers;
  }
}

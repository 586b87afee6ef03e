// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Task slots reserved for the workers of one fit, until {@link #close}.
 *
 * <p>The workers of a fit must all run at the same time. A fit with more workers than slots would
 * wait for peers that Spark never starts, and two fits that each hold half of their slots would
 * wait for each other. So slots are counted before the stage starts, and the fits of one
 * application that do not fit beside each other take turns. Thread-safe.
 */
public final class Slots implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Slots.class);
  private static final long POLL_MS = 100;

  /** Slots that fits hold, by application; also the lock that those who wait sleep on. */
  private static final Map<SparkContext, Integer> RESERVED = new WeakHashMap<>();

  private final SparkContext context;
  private final int workers;
  private boolean closed;

  private Slots(SparkContext context, int workers) {
    this.context = context;
    this.workers = workers;
  }

  /**
   * Reserves a slot for each worker. Blocks while executors are still registering, up to {@code
   * patience}, and then while other fits of the application hold the slots.
   *
   * @param workers workers asked for; 0 for one per slot
   * @throws IllegalArgumentException if the cluster has fewer slots than workers
   */
  public static Slots reserve(SparkContext context, int workers, Duration patience) {
    int count = workers == 0 ? 1 : workers;
    int slots = awaitSlots(context, count, patience);
    if (workers == 0) {
      count = slots;
    }
    synchronized (RESERVED) {
      if (RESERVED.getOrDefault(context, 0) + count > slots) {
        LOG.info("{} workers wait for another fit of this application to end", count);
      }
      while (held(context) > 0 && held(context) + count > SparkInternals.slots(context)) {
        pause();
      }
      RESERVED.merge(context, count, Integer::sum);
    }
    return new Slots(context, count);
  }

  private static int awaitSlots(SparkContext context, int workers, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    boolean registering = !SparkInternals.runsInDriver(context);
    int slots = SparkInternals.slots(context);
    while (slots < workers && registering && System.nanoTime() < deadline) {
      synchronized (RESERVED) {
        pause();
      }
      slots = SparkInternals.slots(context);
    }
    if (slots < workers) {
      throw new IllegalArgumentException(
          ("%d workers need as many task slots at the same time, but the cluster at '%s' has %d "
                  + "(waited %d s for executors). Set workers to %d or less, or give the application "
                  + "more executors or cores (spark.cores.max, spark.executor.instances, "
                  + "spark.executor.cores, spark.task.cpus; with dynamic allocation, "
                  + "spark.dynamicAllocation.minExecutors).")
              .formatted(
                  workers, context.master(), slots, registering ? patience.toSeconds() : 0, slots));
    }
    return slots;
  }

  private static int held(SparkContext context) {
    if (context.isStopped()) {
      throw new IllegalStateException(
          "the Spark application was stopped while a fit waited for slots");
    }
    return RESERVED.getOrDefault(context, 0);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.timedWait(RESERVED, POLL_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the thread was interrupted while it waited for slots", e);
    }
  }

  /** Number of workers that have a slot. */
  public int workers() {
    return workers;
  }

  /** Gives the slots back. Idempotent. */
  @Override
  public void close() {
    synchronized (RESERVED) {
      if (!closed) {
        closed = true;
        RESERVED.computeIfPresent(context, (key, held) -> held == workers ? null : held - workers);
        RESERVED.notifyAll();
      }
    }
  }
}

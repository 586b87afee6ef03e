// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
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
 * application that do not fit beside each other take turns. With dynamic allocation slots come when
 * tasks ask for them, so that there is only an upper limit to count. Thread-safe.
 */
public final class Slots implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Slots.class);
  private static final long POLL_MS = 100;
  private static final long REMIND_NS = TimeUnit.MINUTES.toNanos(1);

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
   * What a fit asks for.
   *
   * @param workers workers that it would have; 0 for one per slot
   * @param minWorkers workers that it can begin with, where executors come as tasks need them
   * @param patience how long executors may take to register
   */
  public record Demand(int workers, int minWorkers, Duration patience) {
    public Demand {
      Objects.requireNonNull(patience, "patience");
    }
  }

  /**
   * Reserves a slot for each worker. Blocks while executors are still registering, up to the
   * patience, and then for as long as other fits of the application hold the slots: those end by
   * deadlines of their own, and after each end the slots are counted anew.
   *
   * @throws IllegalArgumentException if the cluster has fewer slots than workers, or with dynamic
   *     allocation may never have as many as {@code minWorkers}
   * @throws IllegalStateException if the application stops or this thread is interrupted meanwhile
   */
  public static Slots reserve(SparkContext context, Demand demand) {
    boolean dynamic = SparkInternals.allocatesDynamically(context);
    long startNs = System.nanoTime();
    long remindedNs = startNs - REMIND_NS;
    while (true) {
      int available =
          dynamic && demand.workers() > 0
              ? allocatable(context, demand)
              : awaitSlots(context, Math.max(1, demand.workers()), demand.patience());
      int count = demand.workers() == 0 ? available : demand.workers();
      synchronized (RESERVED) {
        int held = held(context);
        if (held == 0 || (long) held + count <= available) {
          RESERVED.merge(context, count, Integer::sum);
          return new Slots(context, count);
        }
        if (System.nanoTime() - remindedNs >= REMIND_NS) {
          remindedNs = System.nanoTime();
          LOG.info(
              "{} workers wait for another fit of this application to end, which holds {} of {}"
                  + " slots; for {} s so far",
              count,
              held,
              available,
              TimeUnit.NANOSECONDS.toSeconds(remindedNs - startNs));
        }
        pause();
      }
    }
  }

  /** Slots that there may be at most; whether they come is seen when workers join. */
  private static int allocatable(SparkContext context, Demand demand) {
    int most = SparkInternals.mostSlots(context);
    if (most < demand.minWorkers()) {
      throw new IllegalArgumentException(
          ("at least %d of %d workers must run at the same time (minWorkers), but dynamic allocation"
                  + " gives %d task slots at most. Raise spark.dynamicAllocation.maxExecutors or"
                  + " spark.executor.cores, or lower minWorkers")
              .formatted(demand.minWorkers(), demand.workers(), most));
    }
    return most;
  }

  private static int awaitSlots(SparkContext context, int workers, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    boolean registering = !SparkInternals.runsInDriver(context);
    int slots = SparkInternals.slots(context);
    while (slots < workers && registering && System.nanoTime() < deadline) {
      synchronized (RESERVED) {
        requireRunning(context);
        pause();
      }
      slots = SparkInternals.slots(context);
    }
    if (slots < workers) {
      throw new IllegalArgumentException(
          ("%d workers need as many task slots at the same time, but the cluster at '%s' has %d "
                  + "(waited %d s for executors). Set workers to %d or less, or give the application "
                  + "more executors or cores (spark.cores.max, spark.executor.instances, "
                  + "spark.executor.cores, spark.task.cpus; with dynamic allocation, set the number "
                  + "of workers).")
              .formatted(
                  workers, context.master(), slots, registering ? patience.toSeconds() : 0, slots));
    }
    return slots;
  }

  private static int held(SparkContext context) {
    requireRunning(context);
    return RESERVED.getOrDefault(context, 0);
  }

  private static void requireRunning(SparkContext context) {
    if (context.isStopped()) {
      throw new IllegalStateException(
          "the Spark application was stopped while a fit waited for slots");
    }
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

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.memory;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the resident memory of this JVM once a second and asks for a garbage collection when it
 * comes near the limit.
 *
 * <p>It takes the place of JavaCPP's check, which reads the same number at each allocation and
 * costs a tenth of the training time. Arrays that nothing refers to are freed after a collection
 * only, and a JVM with little garbage on its heap would not collect by itself.
 */
public final class MemoryWatch implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(MemoryWatch.class);
  private static final long PERIOD_MS = 1_000;
  private static final double NEAR = 0.85;

  /** A collection is of no use again at once; between two of them training goes on. */
  static final Duration PAUSE = Duration.ofSeconds(20);

  private final long limitBytes;
  private final String remedy;
  private final LongSupplier residentBytes;
  private final LongSupplier nanoClock;
  private final Runnable collector;
  private long nextCollectionNs;
  private boolean warned;

  MemoryWatch(
      long limitBytes,
      String remedy,
      LongSupplier residentBytes,
      LongSupplier nanoClock,
      Runnable collector) {
    this.limitBytes = limitBytes;
    this.remedy = remedy;
    this.residentBytes = residentBytes;
    this.nanoClock = nanoClock;
    this.collector = collector;
    this.nextCollectionNs = nanoClock.getAsLong();
  }

  /** Starts to watch over this JVM, for its life. To be called once. */
  public static void start(ExecutorMemory memory) {
    MemoryWatch watch =
        new MemoryWatch(
            memory.heapBytes() + memory.nativeBytes(),
            memory.keeper().remedy(),
            ProcessMemory::residentBytes,
            System::nanoTime,
            System::gc);
    Thread thread = new Thread(watch, "sparkstrom-memory-watch");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        TimeUnit.MILLISECONDS.sleep(PERIOD_MS);
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One look; collects if memory is short and the last collection was long enough ago. */
  void look() {
    long resident = residentBytes.getAsLong();
    if (resident < NEAR * limitBytes || nanoClock.getAsLong() - nextCollectionNs < 0) {
      return;
    }
    collector.run();
    nextCollectionNs = nanoClock.getAsLong() + PAUSE.toNanos();
    if (!warned) {
      warned = true;
      LOG.warn(
          "this JVM takes {} MiB of the {} MiB that it may take; unused arrays are collected. If it is killed, raise {}",
          resident >> 20,
          limitBytes >> 20,
          remedy);
    }
  }
}

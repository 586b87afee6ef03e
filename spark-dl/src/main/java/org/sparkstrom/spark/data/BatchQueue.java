// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Hands the buffers of batches from the thread that reads to the one that trains, and back.
 *
 * <p>There are three: two that are read ahead, and one in use. Thread-safe.
 */
final class BatchQueue implements AutoCloseable {

  private static final int BUFFERS = 3;
  private static final long CHECK_MS = 1_000;

  private final List<BatchBuffers> all = new ArrayList<>();
  private final Queue<BatchBuffers> free = new ArrayDeque<>();
  private final Queue<BatchBuffers> ready = new ArrayDeque<>();
  private Throwable failure;
  private boolean stopped;

  BatchQueue(RowLayout layout) {
    for (int i = 0; i < BUFFERS; i++) {
      all.add(new BatchBuffers(layout));
    }
    free.addAll(all);
  }

  /** Waits for a buffer to read into; null once stopped. Whoever uses the queue must stop it. */
  synchronized BatchBuffers takeFree() {
    boolean interrupted = false;
    while (free.isEmpty() && !stopped) {
      try {
        TimeUnit.MILLISECONDS.timedWait(this, CHECK_MS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return stopped ? null : free.remove();
  }

  synchronized void put(BatchBuffers read) {
    ready.add(read);
    notifyAll();
  }

  synchronized void giveBack(BatchBuffers used) {
    free.add(used);
    notifyAll();
  }

  synchronized void fail(Throwable cause) {
    failure = cause;
    notifyAll();
  }

  /**
   * Waits for the next batch that has been read.
   *
   * @throws IllegalStateException if reading has failed or does not end in time
   */
  synchronized BatchBuffers take(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (ready.isEmpty()) {
      if (failure != null) {
        throw new IllegalStateException(
            "the next batch cannot be read: " + failure.getMessage(), failure);
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the next batch must be read within %d s, but is not; is the disk of spark.local.dir stuck?"
                .formatted(timeout.toSeconds()));
      }
      try {
        TimeUnit.MILLISECONDS.timedWait(this, CHECK_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(
            "the thread was interrupted while it waited for a batch", e);
      }
    }
    return ready.remove();
  }

  /** Lets the reading thread end. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  /** Empties the queue for a new reading thread; the old one must have ended. */
  synchronized void reset() {
    free.clear();
    free.addAll(all);
    ready.clear();
    failure = null;
    stopped = false;
  }

  /** Frees the buffers; the reading thread must have ended. */
  @Override
  public synchronized void close() {
    all.forEach(BatchBuffers::close);
    free.clear();
    ready.clear();
  }
}

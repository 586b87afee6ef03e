// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.time.Duration;
import java.util.Optional;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * The batches of one worker in their order, read ahead on another thread while the worker computes.
 *
 * <p>The order follows from the plan alone; after the last batch of an epoch comes the first of the
 * next. At most two batches wait and one is in use; their native memory is used over and over. The
 * arrays are outside of all workspaces of DL4J.
 *
 * <p>Used by one thread, which also closes it. The store must stay open until then, and nobody else
 * may read it meanwhile.
 */
public final class BatchReader implements AutoCloseable {

  private static final Duration READ_TIMEOUT = Duration.ofMinutes(5);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  private final TensorStore store;
  private final BatchPlan plan;
  private final BatchQueue queue;
  private Optional<Thread> thread = Optional.empty();
  private Optional<BatchBuffers> inUse = Optional.empty();
  private int epoch;
  private long round;
  private boolean closed;

  /**
   * A reader that stands before the first batch of epoch 0; starts nothing yet.
   *
   * @param store the rows; stays the caller's
   * @throws IllegalArgumentException if there are no rows
   */
  public BatchReader(TensorStore store, BatchPlan plan) {
    if (store.rowCount() == 0) {
      throw new IllegalArgumentException(
          "a reader of batches needs at least one row, but the store of worker %d has none; such a worker only takes part in the sharing"
              .formatted(plan.rank()));
    }
    this.store = store;
    this.plan = plan;
    this.queue = new BatchQueue(plan.format().layout());
  }

  /**
   * Makes a batch the next one. Blocks until the batch that is being read, if any, is done.
   *
   * @param newEpoch epoch, from 0
   * @param newRound batch in the epoch, from 0
   */
  public void seek(int newEpoch, long newRound) {
    checkOpen();
    if (newEpoch < 0 || newRound < 0 || newRound >= plan.batchesPerEpoch()) {
      throw new IllegalArgumentException(
          "the next batch must be one of 0 to %d in an epoch from 0 on, but is %d in epoch %d"
              .formatted(plan.batchesPerEpoch() - 1, newRound, newEpoch));
    }
    stop();
    queue.reset();
    epoch = newEpoch;
    round = newRound;
  }

  /**
   * The next batch. Blocks while it is being read, up to five minutes.
   *
   * @return valid until the following call, {@link #seek} or {@link #close}; the reader owns the
   *     memory
   * @throws IllegalStateException if reading has failed, has not ended in time, or the thread was
   *     interrupted
   */
  public MultiDataSet next() {
    checkOpen();
    inUse.ifPresent(queue::giveBack);
    inUse = Optional.empty();
    if (thread.isEmpty()) {
      start();
    }
    BatchBuffers batch = queue.take(READ_TIMEOUT);
    inUse = Optional.of(batch);
    return batch.dataSet();
  }

  private void start() {
    BatchLoop loop = new BatchLoop(store, plan, queue, epoch, round);
    Thread reading = new Thread(loop, "sparkstrom-batches-" + plan.rank());
    reading.setDaemon(true);
    reading.start();
    thread = Optional.of(reading);
  }

  private void stop() {
    inUse.ifPresent(queue::giveBack);
    inUse = Optional.empty();
    queue.stop();
    if (thread.isEmpty()) {
      return;
    }
    Thread reading = thread.get();
    boolean interrupted = false;
    long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
    while (reading.isAlive() && System.nanoTime() < deadline) {
      try {
        reading.join(100);
      } catch (InterruptedException e) {
        interrupted = true; // the native memory must not be freed while it is written to
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (reading.isAlive()) {
      throw new IllegalStateException(
          "thread '%s' must stop within %d s, but still reads; is the disk of spark.local.dir stuck?"
              .formatted(reading.getName(), STOP_TIMEOUT.toSeconds()));
    }
    thread = Optional.empty();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this BatchReader is closed");
    }
  }

  /** Ends the thread and frees the memory of the batches. Idempotent. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      stop();
      queue.close();
    }
  }
}

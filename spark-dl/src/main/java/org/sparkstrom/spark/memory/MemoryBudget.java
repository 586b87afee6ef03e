// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.memory;

import java.util.Optional;

/**
 * Compares what the workers of one executor take with what the executor has, before a fit starts.
 *
 * <p>It exists because an executor that outgrows its memory is killed from outside, with no word
 * about the reason in its log. Two sums are compared: what is certain, which is counted from below,
 * is an error where it does not fit; what is likely, with the rows, the media driver's files and
 * the JVM's own memory, is a warning.
 *
 * @param memory what an executor has
 * @param need what one worker takes
 * @param workers workers that one executor runs at the same time
 */
public record MemoryBudget(ExecutorMemory memory, MemoryNeed need, int workers) {

  /**
   * What a JVM with Spark, ND4J and a media driver takes beside heap and arrays: code, classes,
   * thread stacks, and the pages of the native libraries that are in use.
   */
  static final long PROCESS_BYTES = 256L << 20;

  private static final String HEAP_REMEDY = "spark.executor.memory";

  /**
   * Requires that what is certain fits.
   *
   * @throws IllegalArgumentException if the arrays of the network do not fit beside the heap where
   *     somebody enforces that, or not into the heap; names both numbers and the setting to raise
   */
  public void requireFits() {
    long certain = workers * need.nativeBytesPerWorker();
    boolean enforced = memory.keeper() != ExecutorMemory.Keeper.MACHINE;
    if (enforced && certain > memory.nativeBytes()) {
      throw new IllegalArgumentException(nativeMessage("need at least", certain));
    }
    long heap = need.heapBytesPerExecutor() + workers * need.heapBytesPerWorker();
    if (heap > memory.heapBytes()) {
      throw new IllegalArgumentException(
          ("%d workers of a network with %d parameters need at least %d MiB of heap in one executor, but it has %d MiB. "
                  + "Raise %s to %d MiB or more, or run fewer tasks in an executor (spark.executor.cores).")
              .formatted(
                  workers,
                  need.parameterCount(),
                  mebibytes(heap),
                  memory.heapBytes() >> 20,
                  memory.keeper() == ExecutorMemory.Keeper.DRIVER
                      ? "spark.driver.memory"
                      : HEAP_REMEDY,
                  mebibytes(2 * heap)));
    }
  }

  /** A sentence about what is likely not to fit; empty if all is well. */
  public Optional<String> warning() {
    long likely = likelyBytes();
    return likely > memory.nativeBytes()
        ? Optional.of(nativeMessage("are likely to need", likely))
        : Optional.empty();
  }

  /** What the workers of an executor are likely to take beside the heap. */
  long likelyBytes() {
    return PROCESS_BYTES
        + workers * (need.nativeBytesPerWorker() + need.storeBytes() + need.transportBytes());
  }

  private String nativeMessage(String verb, long bytes) {
    return ("%d workers of a network with %d parameters %s %d MiB beside the heap of one executor (per worker: arrays %d MiB, of which activations %d MiB; rows %d MiB; media driver up to %d MiB), but there are %d MiB. "
            + "Raise %s%s, make batches smaller, or run fewer tasks in an executor (spark.executor.cores).")
        .formatted(
            workers,
            need.parameterCount(),
            verb,
            mebibytes(bytes),
            mebibytes(need.nativeBytesPerWorker()),
            mebibytes(need.activationBytes()),
            mebibytes(need.storeBytes()),
            mebibytes(need.transportBytes()),
            memory.nativeBytes() >> 20,
            memory.keeper().remedy(),
            memory.keeper() == ExecutorMemory.Keeper.DRIVER
                ? ""
                : " to %d MiB or more".formatted(mebibytes(Math.max(bytes, likelyBytes()))));
  }

  /** Rounded up, so that no need is told as 0. */
  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}

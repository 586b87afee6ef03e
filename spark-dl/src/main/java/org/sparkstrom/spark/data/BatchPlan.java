// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.Objects;

/**
 * Which rows of a worker go into which batch.
 *
 * <p>A worker with fewer rows than {@code rowsPerEpoch} goes on from the start of its order, so all
 * workers have the same number of batches, of the same sizes. The last batch of an epoch may be
 * smaller than the others.
 *
 * @param format how rows are packed and weighted
 * @param order the order of the rows
 * @param seed decides a shuffled order, with rank and epoch
 * @param rank the worker's rank
 * @param batchSize rows of a batch
 * @param rowsPerEpoch rows of an epoch, the same on all workers
 */
public record BatchPlan(
    BatchFormat format, Order order, long seed, int rank, int batchSize, long rowsPerEpoch) {

  /** The order of the rows. */
  public enum Order {
    /** Another one in each epoch: {@link EpochOrder}. */
    SHUFFLED,
    /** The order of the data, in each epoch. */
    AS_STORED
  }

  public BatchPlan {
    Objects.requireNonNull(format, "format");
    Objects.requireNonNull(order, "order");
    if (batchSize < 1 || rowsPerEpoch < 1) {
      throw new IllegalArgumentException(
          "a batch and an epoch must have at least 1 row, but have %d and %d"
              .formatted(batchSize, rowsPerEpoch));
    }
    format.layout().columns().forEach(column -> requireAddressable(column, batchSize));
  }

  private static void requireAddressable(TensorColumn column, int batchSize) {
    long bytes = (long) batchSize * column.size() * column.maxSteps() * Float.BYTES;
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a batch of a column must have at most %d bytes, but %d rows of column '%s' with up to %d steps of %d values have %d; make batches smaller"
              .formatted(
                  Integer.MAX_VALUE,
                  batchSize,
                  column.column(),
                  column.maxSteps(),
                  column.size(),
                  bytes));
    }
  }

  /** Batches, and so rounds, of an epoch. */
  public long batchesPerEpoch() {
    return (rowsPerEpoch + batchSize - 1) / batchSize;
  }

  /** Place in the epoch of a batch's first row. */
  long firstPlace(long batch) {
    return batch * batchSize;
  }

  /** Rows of a batch. */
  int rows(long batch) {
    return (int) Math.min(batchSize, rowsPerEpoch - firstPlace(batch));
  }
}

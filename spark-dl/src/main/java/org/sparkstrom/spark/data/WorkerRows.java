// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The rows of one worker: those that it trains on and those that are for validation.
 *
 * <p>Both share one limit of memory. Not thread-safe. The owner closes it.
 */
public final class WorkerRows implements AutoCloseable {

  private final OffHeapSegments memory;
  private final TensorStore training;
  private final TensorStore validation;

  /**
   * No rows yet.
   *
   * @param layout how the rows are packed
   * @param memoryLimitBytes bytes to keep in memory before rows go to disk
   * @param spillDirectory where rows go that do not fit in memory: two files at most, without names
   */
  public WorkerRows(RowLayout layout, long memoryLimitBytes, Path spillDirectory) {
    memory = new OffHeapSegments(memoryLimitBytes);
    training = TensorStore.sharing(memory, layout, spillDirectory);
    validation = TensorStore.sharing(memory, layout, spillDirectory);
  }

  /** Takes a block that {@link TrainingData#balance} has made. */
  public void add(byte[] block) throws IOException {
    switch (RowBlock.use(RowBlock.wrap(block))) {
      case TRAINING -> training.add(block);
      case VALIDATION -> validation.add(block);
    }
  }

  /** Puts the rows into the order of the data. Call once, after the last {@link #add}. */
  public void seal() {
    training.seal();
    validation.seal();
  }

  /** True once all rows are in. */
  public boolean isSealed() {
    return training.isSealed();
  }

  /** Rows to train on. */
  public TensorStore training() {
    return training;
  }

  /** Rows to validate with; none unless the data has a validation indicator. */
  public TensorStore validation() {
    return validation;
  }

  @Override
  public void close() throws IOException {
    try (memory;
        training) {
      validation.close();
    }
  }
}

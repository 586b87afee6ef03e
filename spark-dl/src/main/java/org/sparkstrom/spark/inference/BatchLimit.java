// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;

/**
 * How much goes through the network at once: a batch ends before it would pass either limit, but
 * has at least one row.
 *
 * <p>Rows are the limit where all are of one size; bytes where some are much longer than others.
 *
 * @param rows rows of a batch
 * @param bytes bytes of a batch's inputs as float32, sequences padded to the longest of the batch
 */
public record BatchLimit(int rows, long bytes) implements Serializable {

  public BatchLimit {
    if (rows < 1) {
      throw new IllegalArgumentException("batchSize must be at least 1, but is " + rows);
    }
    if (bytes < 1) {
      throw new IllegalArgumentException(
          "the bytes of a batch must be at least 1, but are " + bytes);
    }
  }

  /** Batches of so many rows. */
  public static BatchLimit ofRows(int rows) {
    return new BatchLimit(rows, Long.MAX_VALUE);
  }

  /** Batches of as many rows as these bytes hold. */
  public static BatchLimit ofBytes(long bytes) {
    return new BatchLimit(Integer.MAX_VALUE, bytes);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

/**
 * The number of a row: its partition, and its place there. It stands beside each sample of the row
 * while the model scores them.
 *
 * @param value both in one number
 */
record RowNumber(long value) {
  private static final int ROW_BITS = 40;

  /** The number of a row at this place of a partition, counted from 0. */
  static RowNumber of(int partition, long row) {
    return new RowNumber(((long) partition << ROW_BITS) | row);
  }

  RowNumber next() {
    return new RowNumber(value + 1);
  }

  @Override
  public String toString() {
    return "row %d of partition %d".formatted(value & ((1L << ROW_BITS) - 1), value >>> ROW_BITS);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

/** Where the rows of one block of a {@link TensorStore} are. */
final class StoredBlock {

  /** The segment of blocks that are in the file. */
  static final int IN_FILE = -1;

  private final int partition;
  private final int sequence;
  private final int rows;
  private final int segment;
  private final long position;
  private final int[] ends;

  /**
   * A block that has been put somewhere.
   *
   * @param partition partition of the data that it comes from
   * @param sequence place among the blocks of that partition
   * @param rows number of its rows
   * @param segment segment of memory, or {@link #IN_FILE}
   * @param position place of the first row in segment or file
   * @param ends ends of the rows, from the first row's start; empty if all are of one length
   */
  StoredBlock(int partition, int sequence, int rows, int segment, long position, int[] ends) {
    this.partition = partition;
    this.sequence = sequence;
    this.rows = rows;
    this.segment = segment;
    this.position = position;
    this.ends = ends;
  }

  int partition() {
    return partition;
  }

  int sequence() {
    return sequence;
  }

  int rows() {
    return rows;
  }

  int segment() {
    return segment;
  }

  boolean isInFile() {
    return segment == IN_FILE;
  }

  /** Where a row starts, in segment or file. */
  long start(int row, int rowBytes) {
    if (ends.length == 0) {
      return position + (long) row * rowBytes;
    }
    return row == 0 ? position : position + ends[row - 1];
  }

  /** Length of a row. */
  int lengthBytes(int row, int rowBytes) {
    if (ends.length == 0) {
      return rowBytes;
    }
    return row == 0 ? ends[0] : ends[row] - ends[row - 1];
  }
}

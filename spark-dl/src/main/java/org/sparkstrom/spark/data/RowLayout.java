// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * How rows are packed: which columns, in which form, how wide.
 *
 * <p>A packed row is what the shuffle before training moves and what a {@link TensorStore} keeps.
 * Little-endian, every part a multiple of 4 bytes: for each input and then for each label the
 * number of steps as int32, if sequences differ in length there, and the values; then the weight as
 * float32, if rows have weights. Sequences are stored [size, steps], as a batch has them.
 *
 * @param inputs a column for each input of the network
 * @param labels a column for each output of the network
 * @param weighted true if rows have weights
 */
public record RowLayout(List<TensorColumn> inputs, List<TensorColumn> labels, boolean weighted)
    implements Serializable {

  private static final int MAX_ROW_BYTES = 1 << 29;

  public RowLayout {
    inputs = List.copyOf(inputs);
    labels = List.copyOf(labels);
    long bytes = 0;
    for (TensorColumn column : Stream.concat(inputs.stream(), labels.stream()).toList()) {
      bytes += (long) column.storedSize() * column.maxSteps() * Float.BYTES;
    }
    if (bytes > MAX_ROW_BYTES) {
      throw new IllegalArgumentException(
          "a row must have at most %d bytes of values, but the longest has %d; cut the sequences, or make the images smaller"
              .formatted(MAX_ROW_BYTES, bytes));
    }
  }

  /** All columns: inputs, then labels. */
  Stream<TensorColumn> columns() {
    return Stream.concat(inputs.stream(), labels.stream());
  }

  /** True if rows differ in length. */
  public boolean rowsVary() {
    return columns().anyMatch(TensorColumn::stepsVary);
  }

  /** Bytes of the longest row; of every row, unless {@link #rowsVary}. */
  public int maxRowBytes() {
    return columns().mapToInt(column -> column.rowBytes(column.maxSteps())).sum() + weightBytes();
  }

  int weightBytes() {
    return weighted ? Float.BYTES : 0;
  }
}

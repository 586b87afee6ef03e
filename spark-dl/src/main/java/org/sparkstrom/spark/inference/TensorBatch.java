// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.Arrays;
import org.apache.spark.sql.types.DataType;

/**
 * A tensor of a batch: what a model is given, or gives. The arrays belong to whoever made them.
 *
 * @param type of the elements
 * @param values an array as {@link TensorType#array} makes it, row by row; it may be longer
 * @param shape the rows first; empty for a single value
 */
@SuppressWarnings("ArrayRecordComponent") // a hand-over, never compared
public record TensorBatch(TensorType type, Object values, long[] shape) implements OutputValues {

  /** Number of values. */
  public int count() {
    return Math.toIntExact(TensorValues.size(shape, 0));
  }

  @Override
  public long rows() {
    return shape.length == 0 ? 1 : shape[0];
  }

  @Override
  public Object value(int row, DataType column) {
    long[] rowShape = shape.length == 0 ? shape : Arrays.copyOfRange(shape, 1, shape.length);
    int from = Math.toIntExact(row * TensorValues.size(rowShape, 0));
    return TensorValues.value(column, type, values, from, rowShape);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.sparkstrom.spark.data.Cell;
import org.sparkstrom.spark.network.FloatMemory;
import org.sparkstrom.spark.network.NetworkInput;
import org.sparkstrom.spark.network.NetworkInput.Form;

/**
 * The rows of one input that go through the network together. Not thread-safe.
 *
 * <p>It grows row by row and is used again for the next batch, so that reading allocates nothing
 * per row.
 */
final class InputBatch {

  private final NetworkInput input;
  private final int[] shape;
  private int size; // of a row or a step; UNKNOWN until the first row tells
  private float[] values = new float[0];
  private int used;
  private int[] steps = new int[0];
  private int rows;
  private int longest;

  InputBatch(NetworkInput input) {
    this.input = input;
    this.shape = input.shape().stream().mapToInt(Integer::intValue).toArray();
    this.size = sizeOfShape();
  }

  private int sizeOfShape() {
    return Arrays.stream(shape).anyMatch(axis -> axis < 0)
        ? NetworkInput.UNKNOWN
        : Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  NetworkInput input() {
    return input;
  }

  /** Number of values of a row, or of a step of a sequence; -1 if it is not known yet. */
  int size() {
    return size;
  }

  /** True if the row's values fit the input. What the network does not say, the first row tells. */
  boolean takes(Cell cell) {
    boolean flat = cell.shape().length == 1;
    if (size() == NetworkInput.UNKNOWN && cell.shape().length == shape.length) {
      for (int axis = 0; axis < shape.length; axis++) {
        shape[axis] = shape[axis] == NetworkInput.UNKNOWN ? cell.shape()[axis] : shape[axis];
      }
      size = sizeOfShape();
    }
    return flat ? cell.size() == size() : Arrays.equals(cell.shape(), shape);
  }

  /** Bytes that the batch has with a further row of so many steps. */
  long bytesWith(int moreSteps) {
    return (long) Float.BYTES * (rows + 1) * Math.max(longest, moreSteps) * Math.max(size(), 1);
  }

  /** Appends a row that {@link #takes} has found to fit. */
  void add(Cell cell) {
    float[] out = room(cell.count());
    System.arraycopy(cell.values(), 0, out, used, cell.count());
    appended(cell.count(), cell.steps());
  }

  /** Appends a row of one step of zeros. */
  void addZeros() {
    float[] out = room(size());
    Arrays.fill(out, used, used + size(), 0f);
    appended(size(), 1);
  }

  private float[] room(int more) {
    if (values.length < used + more) {
      values = Arrays.copyOf(values, Math.max(used + more, values.length * 2));
    }
    if (steps.length == rows) {
      steps = Arrays.copyOf(steps, Math.max(8, rows * 2));
    }
    return values;
  }

  private void appended(int count, int stepsOfRow) {
    used += count;
    steps[rows] = stepsOfRow;
    rows++;
    longest = Math.max(longest, stepsOfRow);
  }

  /** Number of rows. */
  int rows() {
    return rows;
  }

  /** The rows' values one after the other; what comes behind them is undefined. */
  float[] values() {
    return values;
  }

  /** Steps of the batch's longest row. */
  int longest() {
    return longest;
  }

  /** Steps of each row. */
  int[] steps() {
    return Arrays.copyOf(steps, rows);
  }

  /** The batch, float32, in the layout of its form. The caller closes it. */
  INDArray features() {
    if (input.form() == Form.SEQUENCE) {
      return FloatMemory.filled(padded(), rows, size(), longest);
    }
    long[] batchShape = new long[shape.length + 1];
    batchShape[0] = rows;
    for (int axis = 0; axis < shape.length; axis++) {
      batchShape[axis + 1] = shape[axis];
    }
    return FloatMemory.filled(values, batchShape);
  }

  private float[] padded() {
    int size = size();
    float[] padded = new float[Math.multiplyExact(Math.multiplyExact(rows, size), longest)];
    int from = 0;
    for (int row = 0; row < rows; row++) {
      for (int step = 0; step < steps[row]; step++) {
        for (int i = 0; i < size; i++) {
          padded[(row * size + i) * longest + step] = values[from++];
        }
      }
    }
    return padded;
  }

  /** Which steps are not padding, float32 [rows, steps]; empty if no row is padded. */
  Optional<INDArray> mask() {
    if (Arrays.stream(steps, 0, rows).allMatch(count -> count == longest)) {
      return Optional.empty();
    }
    float[] mask = new float[rows * longest];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(mask, row * longest, row * longest + steps[row], 1f);
    }
    return Optional.of(FloatMemory.filled(mask, rows, longest));
  }

  /** Starts the next batch. */
  void clear() {
    used = 0;
    rows = 0;
    longest = 0;
  }
}

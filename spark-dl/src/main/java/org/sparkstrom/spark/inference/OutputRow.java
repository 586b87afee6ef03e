// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What one output of a network gives for one row. */
public final class OutputRow {

  private final float[] values;
  private final List<Integer> shape;

  private OutputRow(float[] values, List<Integer> shape) {
    this.values = values;
    this.shape = shape;
  }

  /** The values, float32, row by row of the shape; the receiver may keep them. */
  public float[] values() {
    return values;
  }

  /** FLAT [size], SEQUENCE [steps, size] without padding, IMAGE [channels, height, width]. */
  public List<Integer> shape() {
    return shape;
  }

  /**
   * The rows of a batch's output that is a vector a row.
   *
   * @param output float32 [rows, size]
   */
  static OutputRow[] split(float[] output, int rows) {
    int size = output.length / rows;
    List<Integer> shape = List.of(size);
    OutputRow[] split = new OutputRow[rows];
    for (int row = 0; row < rows; row++) {
      split[row] = new OutputRow(Arrays.copyOfRange(output, row * size, (row + 1) * size), shape);
    }
    return split;
  }

  /**
   * The rows of a batch's output.
   *
   * @param output float32 [rows, size], [rows, size, steps] or [rows, channels, height, width]
   * @param steps steps of each row, for a sequence
   */
  static OutputRow[] split(INDArray output, int rows, int[] steps) {
    if (output.size(0) != rows) {
      throw new IllegalArgumentException(
          "the network must give one output a row, but gives %d for %d rows; is a layer for rows set behind one for steps? Use an RnnOutputLayer, or LastTimeStep before the output layer"
              .formatted(output.size(0), rows));
    }
    float[] all;
    try (INDArray rowMajor = output.dup('c')) {
      all = rowMajor.data().asFloat();
    }
    int length = all.length / rows;
    OutputRow[] split = new OutputRow[rows];
    for (int row = 0; row < rows; row++) {
      float[] values = Arrays.copyOfRange(all, row * length, (row + 1) * length);
      split[row] = ofRow(values, output, steps[row]);
    }
    return split;
  }

  private static OutputRow ofRow(float[] values, INDArray output, int steps) {
    return switch (output.rank()) {
      case 3 -> sequence(values, (int) output.size(1), (int) output.size(2), steps);
      case 4 ->
          new OutputRow(
              values, List.of((int) output.size(1), (int) output.size(2), (int) output.size(3)));
      default -> new OutputRow(values, List.of(values.length));
    };
  }

  /** Step by step, without those that only pad the row to the longest of its batch. */
  private static OutputRow sequence(float[] values, int size, int longest, int steps) {
    float[] byStep = new float[steps * size];
    for (int step = 0; step < steps; step++) {
      for (int i = 0; i < size; i++) {
        byStep[step * size + i] = values[i * longest + step];
      }
    }
    return new OutputRow(byStep, List.of(steps, size));
  }
}

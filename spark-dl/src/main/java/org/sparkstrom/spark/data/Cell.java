// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.Arrays;

/**
 * One row's value in one column, as float32: scratch that a {@link TensorReader} fills again for
 * each row, so that reading allocates nothing per row.
 *
 * <p>Not thread-safe.
 */
public final class Cell {

  /** What a reader has found in a row. */
  public enum Content {
    /** Finite values of one shape. */
    VALUES,
    /** Values of one shape, of which some were null or not finite as float32 and are now 0. */
    NOT_FINITE,
    /** Nothing, or nothing in a part of a nested array. */
    NULL,
    /** An array or a vector of length 0. */
    EMPTY,
    /** Nested arrays of unequal lengths. */
    RAGGED,
    /** A number that is no class index; only where one is expected. */
    NO_CLASS
  }

  private float[] values = new float[0];
  private int steps;
  private int firstInvalid;
  private double rejected;
  private int[] shape = new int[1];

  /**
   * The values, of which the first {@link #count} are those of the row: flat [size], sequence
   * [steps, size], image [channels, height, width].
   */
  public float[] values() {
    return values;
  }

  /** Number of steps; 1 if the column holds no sequence. */
  public int steps() {
    return steps;
  }

  /** Shape of a step: [size], or [channels, height, width] if the column nests them. */
  public int[] shape() {
    return shape;
  }

  /** Number of values in a step. */
  public int size() {
    return Math.toIntExact(sizeOf(shape));
  }

  /** Number of values. */
  public int count() {
    return Math.multiplyExact(steps, size());
  }

  /** Place of the first value that was null or not finite, after {@link Content#NOT_FINITE}. */
  public int firstInvalid() {
    return firstInvalid;
  }

  /** The number that is no class index, after {@link Content#NO_CLASS}. */
  double rejected() {
    return rejected;
  }

  Content reject(double value) {
    rejected = value;
    return Content.NO_CLASS;
  }

  static long sizeOf(int[] shape) {
    long size = 1;
    for (int length : shape) {
      size = Math.multiplyExact(size, length);
    }
    return size;
  }

  /** Makes room for a value of that shape; what is in there is undefined. */
  public void reshape(int newSteps, int... stepShape) {
    if (shape.length != stepShape.length) {
      shape = stepShape.clone();
    } else {
      System.arraycopy(stepShape, 0, shape, 0, shape.length);
    }
    steps = newSteps;
    firstInvalid = -1;
    if (values.length < count()) {
      values = new float[count()];
    }
  }

  /** One step of that shape, all 0: what a null counts as if it is kept. */
  void zero(int... stepShape) {
    reshape(1, stepShape);
    Arrays.fill(values, 0, count(), 0f);
  }

  /** Tells that the value at this place was null or not finite; the first one counts. */
  public void invalidAt(int place) {
    if (firstInvalid < 0) {
      firstInvalid = place;
    }
  }

  /** What a cell is whose values have all been put. */
  public Content content() {
    return firstInvalid < 0 ? Content.VALUES : Content.NOT_FINITE;
  }
}

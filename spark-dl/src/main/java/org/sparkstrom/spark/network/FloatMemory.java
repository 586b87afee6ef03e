// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Moves float32 values between Java's arrays and ND4J's, as a whole: ND4J itself moves them one by
 * one.
 */
public final class FloatMemory {

  private FloatMemory() {}

  /** The array's memory; it stays the array's, which must be alive as long as it is used. */
  public static FloatPointer of(INDArray array) {
    return new FloatPointer(array.data().addressPointer());
  }

  /**
   * A new array outside of all workspaces, row by row. The caller closes it.
   *
   * @param values of which the first are taken, as many as the shape has
   */
  public static INDArray filled(float[] values, long... shape) {
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
    int count = Math.toIntExact(array.length());
    if (count > values.length) {
      array.close();
      throw new IllegalArgumentException(
          "the shape has %d values, but there are %d".formatted(count, values.length));
    }
    try (FloatPointer memory = of(array)) {
      memory.put(values, 0, count);
    }
    return array;
  }
}

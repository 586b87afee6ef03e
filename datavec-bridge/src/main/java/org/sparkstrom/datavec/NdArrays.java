// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Arrays;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The values of NDArray columns: the one class that touches ND4J, so that a process without such a
 * column needs no ND4J backend.
 */
final class NdArrays {
  private NdArrays() {}

  /**
   * A float64 array of these values in C order, in the declared shape; one of its dimensions may be
   * open (-1) and is then what the values leave for it, further open ones are 1.
   */
  static Writable of(double[] values, long[] declared) {
    long[] shape = declared.clone();
    long rest = values.length;
    int open = -1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] < 0 && open < 0) {
        open = i;
      } else {
        shape[i] = Math.max(shape[i], 1);
        rest = rest % shape[i] == 0 ? rest / shape[i] : -1;
      }
    }
    boolean fits = open < 0 ? rest == 1 : rest > 0;
    if (!fits) {
      throw new IllegalArgumentException(
          "the schema wants shape "
              + Arrays.toString(declared)
              + ", but the value has "
              + values.length
              + " entries");
    }
    if (open >= 0) {
      shape[open] = rest;
    }
    return new NDArrayWritable(Nd4j.createFromArray(values).reshape('c', shape));
  }

  /** The values in C order. */
  static double[] values(Writable value) {
    if (value instanceof NDArrayWritable array) {
      INDArray values = array.get();
      return values.isEmpty() ? new double[0] : values.dup('c').data().asDouble();
    }
    throw new IllegalArgumentException("a " + value.getType() + " writable holds no NDArray");
  }

  /** Whether the value has the declared shape, dimensions of 1 left aside; -1 fits any length. */
  static boolean fits(long[] declared, Writable value) {
    long[] wanted = withoutOnes(declared);
    long[] actual = withoutOnes(((NDArrayWritable) value).get().shape());
    for (int i = 0; i < Math.min(wanted.length, actual.length); i++) {
      actual[i] = wanted[i] < 0 ? wanted[i] : actual[i];
    }
    return Arrays.equals(wanted, actual);
  }

  private static long[] withoutOnes(long[] shape) {
    return Arrays.stream(shape).filter(n -> n != 1).toArray();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Writes a packed row's values of one column into a batch, as float32.
 *
 * <p>Copies whole stretches of memory where it can, and allocates nothing per row. Not thread-safe.
 */
final class ValueWriter {

  private static final float[] ZEROS = new float[1 << 10];

  private byte[] narrow = new byte[0];
  private float[] wide = new float[0];

  /**
   * Writes one row.
   *
   * @param row place of the row in the batch
   * @param steps steps of the row; 1 if there are none
   * @param packed holds the values from place {@code at} on
   */
  void write(
      TensorColumn column, int row, int steps, ByteBuffer packed, int at, BatchTensor tensor) {
    switch (column.storage()) {
      case FLOAT32 -> writeFloats(column, row, steps, packed, at, tensor);
      case UINT8 -> writeBytes(column, row, steps, packed, at, tensor);
      case CLASS_INDEX -> writeOneHot(column, row, steps, packed, at, tensor);
    }
  }

  private static void writeFloats(
      TensorColumn column, int row, int steps, ByteBuffer packed, int at, BatchTensor tensor) {
    int size = column.size();
    int longest = tensor.steps();
    ByteBuffer out = tensor.bytes();
    int first = row * size * longest;
    if (steps == longest) {
      out.put(first * Float.BYTES, packed, at, size * steps * Float.BYTES);
      return;
    }
    for (int s = 0; s < size; s++) {
      int to = first + s * longest;
      out.put(to * Float.BYTES, packed, at + s * steps * Float.BYTES, steps * Float.BYTES);
      zero(tensor.floats(), to + steps, longest - steps);
    }
  }

  private void writeBytes(
      TensorColumn column, int row, int steps, ByteBuffer packed, int at, BatchTensor tensor) {
    int size = column.size();
    int longest = tensor.steps();
    int length = size * steps;
    if (narrow.length < length) {
      narrow = new byte[length];
      wide = new float[length];
    }
    packed.get(at, narrow, 0, length);
    for (int i = 0; i < length; i++) {
      wide[i] = narrow[i] & 0xFF;
    }
    FloatBuffer out = tensor.floats();
    int first = row * size * longest;
    if (steps == longest) {
      out.put(first, wide, 0, length);
      return;
    }
    for (int s = 0; s < size; s++) {
      out.put(first + s * longest, wide, s * steps, steps);
      zero(out, first + s * longest + steps, longest - steps);
    }
  }

  private static void writeOneHot(
      TensorColumn column, int row, int steps, ByteBuffer packed, int at, BatchTensor tensor) {
    int classes = column.size();
    int longest = tensor.steps();
    FloatBuffer out = tensor.floats();
    int first = row * classes * longest;
    zero(out, first, classes * longest);
    for (int step = 0; step < steps; step++) {
      out.put(first + packed.getInt(at + step * Integer.BYTES) * longest + step, 1f);
    }
  }

  private static void zero(FloatBuffer out, int from, int length) {
    for (int done = 0; done < length; done += ZEROS.length) {
      out.put(from + done, ZEROS, 0, Math.min(ZEROS.length, length - done));
    }
  }
}

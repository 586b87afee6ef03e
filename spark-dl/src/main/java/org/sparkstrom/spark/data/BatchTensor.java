// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Native memory that one tensor of a batch is written to, again and again, and the array that DL4J
 * sees of it.
 *
 * <p>Batches mostly have one shape, so neither memory nor array is made anew for each. Not
 * thread-safe. The owner closes it; the arrays that it gave are then invalid.
 */
final class BatchTensor implements AutoCloseable {

  private INDArray memory;
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private FloatBuffer floats = bytes.asFloatBuffer();
  private INDArray array;
  private long[] shape = {};

  /** Prepares for a tensor of that shape; what is in there is undefined. */
  void reshape(long... newShape) {
    if (Arrays.equals(newShape, shape)) {
      return;
    }
    long length = Arrays.stream(newShape).reduce(1, Math::multiplyExact);
    if (memory == null || memory.length() < length) {
      close();
      memory = Nd4j.createUninitializedDetached(DataType.FLOAT, length);
      bytes = memory.data().pointer().asByteBuffer().order(ByteOrder.nativeOrder());
      floats = bytes.asFloatBuffer();
    }
    array = Nd4j.create(memory.data(), newShape, Nd4j.getStrides(newShape, 'c'), 0, 'c');
    shape = newShape.clone();
  }

  /** The memory of the array, float32 in row-major order, from place 0 on. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** The same memory as floats. */
  FloatBuffer floats() {
    return floats;
  }

  /** Steps of the longest sequence, if this is [rows, size, steps]; 1 for other tensors. */
  int steps() {
    return shape.length == 3 ? (int) shape[2] : 1;
  }

  /** Length of the last axis: the places of a row in a mask. */
  int lastAxis() {
    return (int) shape[shape.length - 1];
  }

  /** The array, float32, of the shape prepared for. */
  INDArray array() {
    return array;
  }

  @Override
  public void close() {
    shape = new long[0];
    bytes = ByteBuffer.allocate(0);
    floats = bytes.asFloatBuffer();
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }
}

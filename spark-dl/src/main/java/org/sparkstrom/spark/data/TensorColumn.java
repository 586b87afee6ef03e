// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.List;
import org.sparkstrom.spark.network.NetworkInput.Form;

/**
 * How the values of one column are packed, and what tensor a batch of them becomes.
 *
 * @param column name of the column
 * @param form how the values of a row are laid out
 * @param shape shape of a row in a batch, without steps: FLAT and SEQUENCE [size], IMAGE [channels,
 *     height, width]; [classes] for class indices
 * @param storage how a value is stored until it is used
 * @param minSteps steps of the shortest sequence of the data; 1 where there are none
 * @param maxSteps steps of the longest sequence of the data; 1 where there are none
 */
public record TensorColumn(
    String column, Form form, List<Integer> shape, Storage storage, int minSteps, int maxSteps)
    implements Serializable {

  /** How a value is stored until it is used. */
  public enum Storage {
    /** As it is used. */
    FLOAT32(Float.BYTES),
    /** As one byte: all values of the column are integers from 0 to 255. */
    UINT8(1),
    /** As int32; a batch has one-hot vectors. */
    CLASS_INDEX(Integer.BYTES);

    private final int bytes;

    Storage(int bytes) {
      this.bytes = bytes;
    }
  }

  public TensorColumn {
    shape = List.copyOf(shape);
  }

  /** Number of values of a row, or of a step of a sequence, in a batch. */
  public int size() {
    return shape.stream().reduce(1, Math::multiplyExact);
  }

  /** True if the data has sequences of unequal lengths there, so that rows tell theirs. */
  public boolean stepsVary() {
    return minSteps != maxSteps;
  }

  /** Values that are stored for a row or a step. */
  int storedSize() {
    return storage == Storage.CLASS_INDEX ? 1 : size();
  }

  /** Bytes of the stored values, without the number of steps before them; a multiple of 4. */
  int valueBytes(int steps) {
    int bytes = Math.multiplyExact(Math.multiplyExact(storedSize(), steps), storage.bytes);
    return Math.addExact(bytes, 3) & ~3;
  }

  /** Bytes that a row of so many steps takes in all. */
  int rowBytes(int steps) {
    return Math.addExact(valueBytes(steps), stepsVary() ? Integer.BYTES : 0);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.math.BigDecimal;
import java.util.Arrays;

/** Elements of one type in a Java array that grows. Not thread-safe. */
final class TensorBuffer {

  private final TensorType type;
  private Object array;
  private int capacity;

  TensorBuffer(TensorType type) {
    this.type = type;
    this.array = type.array(0);
  }

  /** The array; see {@link TensorType#array}. */
  Object array() {
    return array;
  }

  /** Makes room for so many elements, of which the first {@code used} are kept. */
  void reserve(int used, int more) {
    int needed = Math.addExact(used, more);
    if (needed > capacity) {
      capacity = Math.max(needed, Math.min(capacity, Integer.MAX_VALUE / 2) * 2);
      Object larger = type.array(capacity);
      System.arraycopy(array, 0, larger, 0, used);
      array = larger;
    }
  }

  /** Writes zeros, or empty strings. */
  void zero(int from, int to) {
    switch (type) {
      case FLOAT32 -> Arrays.fill((float[]) array, from, to, 0f);
      case FLOAT64 -> Arrays.fill((double[]) array, from, to, 0d);
      case INT8, UINT8, BOOL -> Arrays.fill((byte[]) array, from, to, (byte) 0);
      case INT16 -> Arrays.fill((short[]) array, from, to, (short) 0);
      case INT32 -> Arrays.fill((int[]) array, from, to, 0);
      case INT64 -> Arrays.fill((long[]) array, from, to, 0L);
      case STRING -> Arrays.fill((String[]) array, from, to, "");
    }
  }

  /**
   * Writes an element; null and what is not finite as zero.
   *
   * @return whether it was there, and finite
   * @throws IllegalArgumentException if the type cannot hold it
   */
  boolean put(Object element, int at) {
    if (element == null) {
      zero(at, at + 1);
      return false;
    }
    if (type == TensorType.STRING) {
      if (!(element instanceof String text)) {
        throw cannotHold(element);
      }
      ((String[]) array)[at] = text;
      return true;
    }
    if (element instanceof Boolean truth) {
      return putNumber(truth ? 1 : 0, at);
    }
    if (!(element instanceof Number number)) {
      throw cannotHold(element);
    }
    boolean whole =
        number instanceof Long
            || number instanceof Integer
            || number instanceof Short
            || number instanceof Byte;
    if (whole && type.isInteger()) {
      putInteger(number.longValue(), at);
      return true;
    }
    if (number instanceof BigDecimal decimal && type == TensorType.INT64) {
      putInteger(integer(decimal), at);
      return true;
    }
    return putNumber(number.doubleValue(), at);
  }

  /** Writes a number; as {@link #put}. */
  boolean putNumber(double number, int at) {
    switch (type) {
      case FLOAT32 -> {
        float narrow = (float) number;
        ((float[]) array)[at] = Float.isFinite(narrow) ? narrow : 0f;
        return Float.isFinite(narrow);
      }
      case FLOAT64 -> {
        ((double[]) array)[at] = Double.isFinite(number) ? number : 0d;
        return Double.isFinite(number);
      }
      case STRING -> throw cannotHold(number);
      default -> {
        if (!Double.isFinite(number)) {
          zero(at, at + 1);
          return false;
        }
        boolean outside = type == TensorType.BOOL && number != 0 && number != 1;
        if (outside || number != Math.rint(number) || Math.abs(number) >= 0x1p63) {
          throw cannotHold(number);
        }
        putInteger((long) number, at);
        return true;
      }
    }
  }

  private long integer(BigDecimal decimal) {
    try {
      return decimal.longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(cannotHold(decimal).getMessage(), e);
    }
  }

  private void putInteger(long number, int at) {
    if (number < type.least() || number > type.greatest()) {
      throw cannotHold(number);
    }
    switch (type) {
      case INT8, UINT8, BOOL -> ((byte[]) array)[at] = (byte) number;
      case INT16 -> ((short[]) array)[at] = (short) number;
      case INT32 -> ((int[]) array)[at] = (int) number;
      default -> ((long[]) array)[at] = number;
    }
  }

  private IllegalArgumentException cannotHold(Object element) {
    return new IllegalArgumentException(
        "%s cannot be %s; convert the column first".formatted(element, type));
  }
}

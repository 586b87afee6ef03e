// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import scala.collection.Seq;

/**
 * The rows of one input that go through a model together, in the type of the input. Not
 * thread-safe.
 *
 * <p>A row is read first and added afterwards, if it is used and has the shape of the batch. The
 * arrays are used again for the next batch.
 */
final class TensorRows {

  /** What a row's value is. */
  enum Content {
    /** Values that the input takes. */
    VALUES,
    /** Values of which some are null or not finite, and now 0. */
    INVALID,
    /** Nothing; zeros if the shape is known. */
    NULL
  }

  private final TensorSpec input;
  private final String column;
  private final TensorBuffer buffer;
  private int used;
  private int rows;
  private long[] batchShape = new long[0];

  // of the row that was read last
  private int count;
  private long[] rowShape = new long[0];
  private int firstInvalid;

  TensorRows(TensorSpec input, String column) {
    this.input = input;
    this.column = column;
    this.buffer = new TensorBuffer(input.type());
  }

  String column() {
    return column;
  }

  /**
   * Reads a row's value behind those of the batch, without adding it.
   *
   * @throws IllegalArgumentException if it has another shape than the input, is no rectangle, or an
   *     element that the input's type cannot hold
   */
  Content read(Object value) {
    firstInvalid = -1;
    if (value == null) {
      readNull();
      return Content.NULL;
    }
    int[] nested = nestedShape(value);
    count = Math.toIntExact(TensorValues.size(Arrays.stream(nested).asLongStream().toArray(), 0));
    rowShape = fit(nested);
    buffer.reserve(used, count);
    put(value, nested, 0, used);
    return firstInvalid < 0 ? Content.VALUES : Content.INVALID;
  }

  /** Lengths of the first arrays on each level. */
  private static int[] nestedShape(Object value) {
    if (value instanceof Vector vector) {
      return new int[] {vector.size()};
    }
    if (!(value instanceof Seq<?> elements)) {
      return new int[0];
    }
    Object first = elements.isEmpty() ? null : elements.apply(0);
    if (!(first instanceof Seq<?> || first instanceof Vector)) {
      return new int[] {elements.length()};
    }
    int[] inner = nestedShape(first);
    int[] shape = new int[inner.length + 1];
    shape[0] = elements.length();
    System.arraycopy(inner, 0, shape, 1, inner.length);
    return shape;
  }

  /** A null counts as zeros of the shape that the input, or else the batch, has. */
  private void readNull() {
    rowShape =
        input.rowSize() == TensorSpec.UNKNOWN
            ? batchShape.clone()
            : input.rowShape().stream().mapToLong(Long::longValue).toArray();
    count = Math.toIntExact(TensorValues.size(rowShape, 0));
    buffer.reserve(used, count);
    buffer.zero(used, used + count);
  }

  /** True if a null can be kept: the shape of the zeros is known. */
  boolean knowsShape() {
    return batchShape.length > 0 || input.rowSize() != TensorSpec.UNKNOWN;
  }

  /** Place of the first value that was null or not finite; -1 if there was none. */
  int firstInvalid() {
    return firstInvalid;
  }

  /** The row's shape in the input: as it is nested, or if it is flat as the input says. */
  private long[] fit(int[] nested) {
    List<Long> wanted = input.rowShape();
    if (nested.length == wanted.size() && fitsAxes(nested, wanted)) {
      return Arrays.stream(nested).asLongStream().toArray();
    }
    long known = wanted.stream().filter(size -> size > 0).reduce(1L, Math::multiplyExact);
    long unknown = wanted.stream().filter(size -> size == TensorSpec.UNKNOWN).count();
    boolean fits = unknown == 0 ? known == count : unknown == 1 && count % known == 0;
    if (nested.length > 1 || !fits) {
      throw new IllegalArgumentException(
          "column '%s' has a row of shape %s, but input %s of the model takes rows of %s"
              .formatted(column, Arrays.toString(nested), input, TensorSpec.text(wanted)));
    }
    return wanted.stream()
        .mapToLong(size -> size == TensorSpec.UNKNOWN ? count / known : size)
        .toArray();
  }

  private static boolean fitsAxes(int[] nested, List<Long> wanted) {
    for (int axis = 0; axis < nested.length; axis++) {
      if (wanted.get(axis) != TensorSpec.UNKNOWN && wanted.get(axis) != nested[axis]) {
        return false;
      }
    }
    return true;
  }

  /** Writes a value and what is nested in it; returns the place behind it. */
  private int put(Object value, int[] nested, int axis, int at) {
    if (axis == nested.length) {
      putElement(value, at);
      return at + 1;
    }
    if (value instanceof Vector vector) {
      requireLength(vector.size(), nested, axis);
      return putVector(vector, at);
    }
    if (!(value instanceof Seq<?> elements)) {
      throw ragged("a null in place of one");
    }
    int length = elements.length();
    requireLength(length, nested, axis);
    int next = at;
    for (int i = 0; i < length; i++) {
      next = put(elements.apply(i), nested, axis + 1, next);
    }
    return next;
  }

  private int putVector(Vector vector, int at) {
    if (vector instanceof SparseVector sparse) {
      buffer.zero(at, at + sparse.size());
      int[] indices = sparse.indices();
      double[] values = sparse.values();
      for (int i = 0; i < indices.length; i++) {
        putNumber(values[i], at + indices[i]);
      }
    } else {
      double[] values = vector.toArray();
      for (int i = 0; i < values.length; i++) {
        putNumber(values[i], at + i);
      }
    }
    return at + vector.size();
  }

  private void putNumber(double number, int at) {
    try {
      if (!buffer.putNumber(number, at) && firstInvalid < 0) {
        firstInvalid = at - used;
      }
    } catch (IllegalArgumentException e) {
      throw inColumn(at, e);
    }
  }

  private void putElement(Object element, int at) {
    try {
      if (!buffer.put(element, at) && firstInvalid < 0) {
        firstInvalid = at - used;
      }
    } catch (IllegalArgumentException e) {
      throw inColumn(at, e);
    }
  }

  private IllegalArgumentException inColumn(int at, IllegalArgumentException cause) {
    return new IllegalArgumentException(
        "column '%s' has at place %d a value that input %s of the model does not take: %s"
            .formatted(column, at - used, input, cause.getMessage()),
        cause);
  }

  private void requireLength(int length, int[] nested, int axis) {
    if (length != nested[axis]) {
      throw ragged("one of length " + length + " beside one of length " + nested[axis]);
    }
  }

  private IllegalArgumentException ragged(String what) {
    return new IllegalArgumentException(
        "column '%s' has a row of nested arrays that are not equally long, with %s; pad them"
            .formatted(column, what));
  }

  /** True if the row that was read can go into the batch with those before it. */
  boolean hasShapeOfBatch() {
    return rows == 0 || Arrays.equals(rowShape, batchShape);
  }

  /** Bytes of the batch with the row that was read last. */
  long bytesWithRow() {
    return (long) input.type().bytes() * (used + count);
  }

  /** Adds the row that was read last. */
  void add() {
    batchShape = rowShape;
    used += count;
    rows++;
  }

  int rows() {
    return rows;
  }

  /** The batch as it is now. Valid until the next row is read. */
  TensorBatch batch() {
    long[] shape = new long[batchShape.length + 1];
    shape[0] = rows;
    System.arraycopy(batchShape, 0, shape, 1, batchShape.length);
    return new TensorBatch(input.type(), buffer.array(), shape);
  }

  /** Adds rows of zeros until there are so many. */
  void padTo(int wanted) {
    int size = Math.toIntExact(TensorValues.size(batchShape, 0));
    int missing = Math.multiplyExact(Math.max(0, wanted - rows), size);
    buffer.reserve(used, missing);
    buffer.zero(used, used + missing);
    used += missing;
    rows = Math.max(rows, wanted);
  }

  /** Starts the next batch. */
  void clear() {
    used = 0;
    rows = 0;
  }
}

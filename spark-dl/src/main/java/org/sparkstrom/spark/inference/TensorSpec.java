// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A tensor that a model takes or gives: its name, the type of its elements, and its shape, of which
 * the first axis is the rows of a batch. It is what columns are checked against on the driver.
 *
 * @param name as the model calls it
 * @param type of its elements
 * @param shape sizes, -1 where the model does not say; empty if it says nothing at all
 */
public record TensorSpec(String name, TensorType type, List<Long> shape) implements Serializable {

  /** A size that the model does not say. */
  public static final long UNKNOWN = -1;

  public TensorSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    shape = List.copyOf(shape);
  }

  /** Shape of one row: without the first axis. */
  List<Long> rowShape() {
    return shape.subList(1, shape.size());
  }

  /** Values of a row; -1 if the model does not say. */
  long rowSize() {
    return rowShape().contains(UNKNOWN)
        ? UNKNOWN
        : rowShape().stream().reduce(1L, Math::multiplyExact);
  }

  /** As errors show it, such as {@code 'pixels' FLOAT32 [any, 784]}. */
  @Override
  public String toString() {
    return "'%s' %s %s".formatted(name, type, shape.isEmpty() ? "of any shape" : text(shape));
  }

  static String text(List<Long> shape) {
    return shape.stream()
        .map(size -> size == UNKNOWN ? "any" : String.valueOf(size))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}

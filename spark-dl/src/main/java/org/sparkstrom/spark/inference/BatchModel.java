// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * A fitted model that takes and gives tensors, as the driver knows it. Immutable. What travels to
 * the executors is its {@link ModelPayload}.
 */
public interface BatchModel extends Serializable {

  /** What it takes, in its order. */
  List<TensorSpec> inputs();

  /** What it gives, in its order. */
  List<ModelOutput> outputs();

  /** The number of rows that each batch must have; empty if the model takes any number. */
  default OptionalInt fixedRows() {
    return OptionalInt.empty();
  }

  /** What is broadcast to the executors. */
  ModelPayload payload();

  /** Inputs and outputs with their shapes, as errors list them. */
  default String description() {
    return "the model takes %s and gives %s".formatted(text(inputs()), text(outputs()));
  }

  private static String text(List<?> tensors) {
    return tensors.stream().map(Object::toString).collect(Collectors.joining(", "));
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.util.Objects;

/**
 * The part of a network's flat parameters that belongs to one layer or vertex.
 *
 * @param name name of the layer, or its number
 * @param length number of parameters, at least 1
 * @param training whether its parameters change
 */
public record ParameterBlock(String name, int length, Training training) {

  /** Whether the parameters of a block change in training. */
  public enum Training {
    /** They are updated. */
    TRAINED,
    /** They keep their values: a frozen layer of transfer learning. */
    FROZEN
  }

  public ParameterBlock {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(training, "training");
  }

  /** True when the parameters keep their values. */
  public boolean isFrozen() {
    return training == Training.FROZEN;
  }
}

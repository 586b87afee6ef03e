// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.network;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * One input of a network: its name, and what one row of it looks like.
 *
 * @param name the name in the graph; {@code input} in a multi-layer network
 * @param form how the values of a row are laid out
 * @param shape shape of one row: FLAT [size], SEQUENCE [size of a step], IMAGE [channels, height,
 *     width]; -1 where the network does not say
 */
public record NetworkInput(String name, Form form, List<Integer> shape) implements Serializable {

  /** How the values of one row are laid out. */
  public enum Form {
    /** A vector; a batch is float32 [rows, size]. */
    FLAT("vector", 1),
    /** A vector for each of a number of steps; a batch is float32 [rows, size, steps]. */
    SEQUENCE("sequence of vectors", 1),
    /** An image; a batch is float32 [rows, channels, height, width]. */
    IMAGE("image", 3);

    private final String noun;
    private final int rank;

    Form(String noun, int rank) {
      this.noun = noun;
      this.rank = rank;
    }

    /** What a row is called. */
    String noun() {
      return noun;
    }
  }

  /** The size of an axis that the network's configuration does not say. */
  public static final int UNKNOWN = -1;

  public NetworkInput {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(form, "form");
    shape = List.copyOf(shape);
    if (shape.size() != form.rank || shape.stream().anyMatch(size -> size < 1 && size != UNKNOWN)) {
      throw new IllegalArgumentException(
          "the shape of a %s input must have %d sizes, each at least 1 or %d for unknown, but input '%s' has %s"
              .formatted(form, form.rank, UNKNOWN, name, shape));
    }
  }

  /** Name and shape, for people. */
  public String description() {
    String sizes =
        shape.stream()
            .map(size -> size == UNKNOWN ? "any size" : String.valueOf(size))
            .collect(Collectors.joining(" x "));
    return "'%s' (%s of %s)".formatted(name, form.noun(), sizes);
  }
}

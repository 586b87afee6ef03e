// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/**
 * How many samples there are by the number of parts.
 *
 * @param set what numSamples is set to; 0 for twice the parts and {@code standard}
 * @param standard see there
 * @param seed of what is drawn
 * @param least the fewest that a number of parts needs
 */
record SampleCount(int set, int standard, long seed, Least least) implements Serializable {

  /** The fewest samples by the number of parts. */
  interface Least extends IntToLongFunction, Serializable {}

  /** The samples for so many parts. */
  int of(int parts) {
    return set == 0 ? Math.addExact(standard, Math.multiplyExact(2, parts)) : set;
  }

  /** Why there are too few samples for so many parts; empty if there are enough. */
  Optional<String> complaint(int parts) {
    long needed = least.applyAsLong(parts);
    return of(parts) >= needed
        ? Optional.empty()
        : Optional.of(
            "numSamples must be at least %d to explain %d parts, but is %d; raise it, or leave it at 0"
                .formatted(needed, parts, set));
  }

  /**
   * Refuses too few samples where the number of parts is known.
   *
   * @throws IllegalArgumentException if there are too few
   */
  void require(String uid, Optional<Integer> parts) {
    parts
        .flatMap(this::complaint)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(uid + ": " + reason);
            });
  }
}

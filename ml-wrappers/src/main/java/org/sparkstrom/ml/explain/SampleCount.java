// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import org.sparkstrom.datavec.column.RefusedValueException;

/**
 * How many samples there are by the number of parts.
 *
 * @param set what numSamples is set to; 0 for twice the parts and {@code standard}
 * @param standard see there
 * @param seed of what is drawn
 * @param least the fewest that a number of parts needs
 */
record SampleCount(int set, int standard, long seed, Least least) implements Serializable {

  /** The most parts of a row: a task's memory grows with their square. */
  static final int MOST_PARTS = 2_000;

  /** The fewest samples by the number of parts. */
  interface Least extends IntToLongFunction, Serializable {}

  /** The samples for so many parts. */
  int of(int parts) {
    return set == 0 ? Math.addExact(standard, Math.multiplyExact(2, parts)) : set;
  }

  /** Why so many parts are too many, or the samples for them too few; empty if neither is. */
  private Optional<String> complaint(int parts) {
    if (parts > MOST_PARTS) {
      return Optional.of(
          "the parts of a row must be at most %d, as memory in a task grows with their square, but are %d; select features, take larger patches, or cut texts"
              .formatted(MOST_PARTS, parts));
    }
    long needed = least.applyAsLong(parts);
    return of(parts) >= needed
        ? Optional.empty()
        : Optional.of(
            "numSamples must be at least %d to explain %d parts, but is %d; raise it, or leave it at 0"
                .formatted(needed, parts, set));
  }

  /**
   * Refuses too many parts, and too few samples, where the number of parts is known.
   *
   * @throws IllegalArgumentException if there are too many, or too few
   */
  void require(String uid, Optional<Integer> parts) {
    parts
        .flatMap(this::complaint)
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(uid + ": " + reason);
            });
  }

  /**
   * The same for one row, which the policy then decides on.
   *
   * @throws RefusedValueException if there are too many, or too few
   */
  void refuse(int parts) {
    complaint(parts)
        .ifPresent(
            reason -> {
              throw new RefusedValueException(reason);
            });
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.Optional;

/** Each candidate once, all the way: search of a grid, or at random. */
final class Exhaustive implements SearchStrategy {
  private final int candidates;
  private int begun;

  Exhaustive(int candidates) {
    this.candidates = candidates;
  }

  @Override
  public Optional<Assignment> next() {
    return begun < candidates ? Optional.of(new Assignment(begun++, 0)) : Optional.empty();
  }

  @Override
  public void report(Assignment done, double metric) {
    // Nothing hangs on it
  }
}

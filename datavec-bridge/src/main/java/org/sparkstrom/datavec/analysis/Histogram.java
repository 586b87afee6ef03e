// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.util.List;

/**
 * Counts of rows in bins, each from its lower edge up to, but without, its upper one; the last has
 * both. Immutable.
 *
 * @param edges one more than bins, not falling
 * @param counts rows in each bin
 */
public record Histogram(List<Double> edges, List<Long> counts) {
  /** Checks the form, since it may come from a file. */
  public Histogram {
    edges = List.copyOf(edges);
    counts = List.copyOf(counts);
    if (counts.isEmpty() || edges.size() != counts.size() + 1) {
      throw new IllegalArgumentException(
          "a histogram must have one edge more than bins, and at least one bin, but has %d and %d"
              .formatted(edges.size(), counts.size()));
    }
  }
}

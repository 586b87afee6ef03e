// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import org.sparkstrom.sharing.codec.SparseUpdate;

/** How dense the messages of each phase are, over all workers and rounds so far. */
final class PhaseStatistics {
  private final long[] parameters;
  private final long[] entries;
  private final long[] multiples;

  PhaseStatistics(int phases) {
    this.parameters = new long[phases];
    this.entries = new long[phases];
    this.multiples = new long[phases];
  }

  void add(int phase, SparseUpdate content) {
    parameters[phase] += content.layout().parameterCount();
    content.forEach(
        (block, parameter, k) -> {
          entries[phase]++;
          multiples[phase] += Math.abs(k) > 1 ? 1 : 0;
        });
  }

  /** Share of the parameters that have an entry. */
  double density(int phase) {
    return (double) entries[phase] / Math.max(1, parameters[phase]);
  }

  /** Share of the entries whose multiplicity is above one. */
  double multiples(int phase) {
    return (double) multiples[phase] / Math.max(1, entries[phase]);
  }
}

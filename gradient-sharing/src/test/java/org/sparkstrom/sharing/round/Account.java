// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.util.Map;

/** What one attempt of a worker has sent and applied, which {@link Ledger} compares with others. */
interface Account {

  /** What it sent in each round; of the last one perhaps nothing has left the worker. */
  Map<Long, float[]> sentByRound();

  /** The aggregate that it applied for each round. */
  Map<Long, float[]> appliedByRound();

  /** Its parameters in the end. */
  float[] parameters();

  /** True if it has seen the end of the fit. */
  boolean completed();

  /** True if a joiner's state may stem from it. */
  boolean hasGivenSnapshot();

  /** The last round that it applied, or 0. */
  default long lastApplied() {
    return appliedByRound().keySet().stream().mapToLong(Long::longValue).max().orElse(0);
  }
}

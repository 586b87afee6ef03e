// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.Optional;

/**
 * Says which candidate is trained next, and how far, from the metrics that have come in. A strategy
 * is told metrics of which more is better; NaN, for a trial that failed, is the worst. Not
 * thread-safe: one thread asks and tells.
 */
interface SearchStrategy {

  /** What to do next; empty when that hangs on trials that are not back, or nothing is left. */
  Optional<Assignment> next();

  /** Takes note of the metric of an assignment that {@link #next} gave. */
  void report(Assignment done, double metric);
}

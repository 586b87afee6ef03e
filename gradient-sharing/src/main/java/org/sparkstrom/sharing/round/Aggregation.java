// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

/** What the updates of all workers become. */
public enum Aggregation {
  /** Their mean: the step does not grow with the number of workers. */
  MEAN,

  /** Their sum, as Strom and DL4J have it. */
  SUM;

  /** The factor that turns the sum of the updates into the aggregate. */
  double scale(int workers) {
    return this == MEAN ? 1.0 / workers : 1.0;
  }
}

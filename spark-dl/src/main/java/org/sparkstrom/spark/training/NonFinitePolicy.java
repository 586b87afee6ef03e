// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import java.util.Objects;

/**
 * What happens when a worker's score or update is NaN or infinite, which means that training has
 * diverged or that a row is bad.
 *
 * @param action what is done
 * @param limit how often before the fit stops after all: rounds of one worker in a row for SKIP,
 *     times for RESTORE; 0 for STOP
 */
public record NonFinitePolicy(Action action, int limit) implements Serializable {

  /** The choices. */
  public enum Action {
    /** The fit ends with an error that names worker, epoch and round. */
    STOP,
    /**
     * The worker sends nothing in that round, and the parts of its updater's state that are not
     * finite start over at zero. All others go on.
     */
    SKIP,
    /**
     * At the end of the epoch all replicas go back to where they were at its start, so that the
     * batches of that epoch count for nothing.
     */
    RESTORE
  }

  public NonFinitePolicy {
    Objects.requireNonNull(action, "action");
    if (action == Action.STOP ? limit != 0 : limit < 1) {
      throw new IllegalArgumentException(
          "the limit of %s must be %s, but is %d"
              .formatted(action, action == Action.STOP ? "0" : "at least 1", limit));
    }
  }

  /** Ends the fit; the default. */
  public static NonFinitePolicy stop() {
    return new NonFinitePolicy(Action.STOP, 0);
  }

  /** Leaves out a worker's rounds, at most so many in a row. */
  public static NonFinitePolicy skip(int mostInARow) {
    return new NonFinitePolicy(Action.SKIP, mostInARow);
  }

  /** Undoes an epoch, at most so many times. */
  public static NonFinitePolicy restore(int mostTimes) {
    return new NonFinitePolicy(Action.RESTORE, mostTimes);
  }
}

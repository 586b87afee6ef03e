// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

/** How long a replica goes on without the updates of its peers. */
public enum Synchrony {
  /** Not at all: a step begins once the round of the step before is complete. */
  SYNC,

  /** One round: round t travels while step t + 1 is computed. */
  PIPELINED,

  /** As long as it takes: frames are applied as they arrive. */
  ASYNC;

  /** Rounds that a worker may have in flight beyond the one that it waits for. */
  public int roundsInFlight() {
    return switch (this) {
      case SYNC -> 0;
      case PIPELINED -> 1;
      case ASYNC ->
          throw new IllegalArgumentException(
              "rounds in step must be SYNC or PIPELINED, but the synchrony is ASYNC; it has an"
                  + " exchange of its own, AsynchronousExchange");
    };
  }
}

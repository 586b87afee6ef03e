// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.util.Objects;

/**
 * One worker as the coordinator and its peers know it.
 *
 * <p>The {@code salt} is drawn afresh at every join. It separates the frame keys of two attempts of
 * the same rank, so that a zombie cannot speak for its successor and no nonce is ever used twice.
 *
 * @param rank place in the view, 0-based; equal to the worker's Spark partition
 * @param salt random number of this join
 * @param host address that peers send to, as the executor advertises it
 * @param port UDP port that peers send to
 * @param rowCount rows that this worker holds
 * @param label who this is in messages for people, e.g. {@code executor 0 on 10.0.0.7, attempt 1}
 */
public record Member(int rank, long salt, String host, int port, long rowCount, String label) {

  public Member {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(label, "label");
    if (rank < 0) {
      throw new IllegalArgumentException("rank must be >= 0, but is " + rank);
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be in [0, 65535], but is " + port);
    }
    if (rowCount < 0) {
      throw new IllegalArgumentException("rowCount must be >= 0, but is " + rowCount);
    }
  }

  @Override
  public String toString() {
    return "worker " + rank + " (" + label + ")";
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.round.UpdateExchange;

/**
 * Tells the driver once what the workers have chosen with the quantizer AUTO.
 *
 * <p>All workers tell the same, so that it does not matter who is lost. Nobody waits for an answer.
 * Not thread-safe.
 */
final class ModeReport {
  /** The name of the ballot. */
  static final String BALLOT = "sharing mode";

  private final UpdateExchange exchange;
  private final Voter voter;
  private boolean told;

  ModeReport(UpdateExchange exchange, Voter voter) {
    this.exchange = exchange;
    this.voter = voter;
  }

  /** Called after each round. */
  void afterRound() {
    if (told) {
      return;
    }
    Optional<ModeChoice> choice = exchange.choice();
    if (choice.isPresent()) {
      ByteBuffer vote = ByteBuffer.allocate(ModeChoice.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      choice.get().put(vote);
      voter.vote(BALLOT, vote.flip());
      told = true;
    }
  }

  /** Reads what a worker has told. */
  static ModeChoice of(ByteBuffer vote) {
    if (vote.remaining() != ModeChoice.BYTES) {
      throw new IllegalArgumentException(
          "a vote on the sharing mode must have %d bytes, but has %d"
              .formatted(ModeChoice.BYTES, vote.remaining()));
    }
    return ModeChoice.of(vote.duplicate().order(ByteOrder.LITTLE_ENDIAN));
  }
}

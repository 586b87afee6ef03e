// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.sparkstrom.sharing.round.ExchangeState;
import org.sparkstrom.spark.checkpoint.CheckpointPart;

/**
 * States of a replica that it may go back to: that of the best epoch, and that of the last epoch's
 * start.
 *
 * <p>All replicas keep the same; a joiner takes them over with its donor's state. Not thread-safe.
 */
final class KeptStates {
  private static final String BEST = "best";
  private static final String GOOD = "good";
  private static final String GOOD_EXCHANGE = "good exchange";

  private Optional<TrainingState> best = Optional.empty();
  private Optional<Good> good = Optional.empty();

  /** The state at the start of an epoch, with that of the exchange. */
  record Good(TrainingState state, ExchangeState exchange) {}

  Optional<TrainingState> best() {
    return best;
  }

  void keepBest(TrainingState state) {
    best = Optional.of(state);
  }

  Optional<Good> good() {
    return good;
  }

  void keepGood(TrainingState state, ExchangeState exchange) {
    good = Optional.of(new Good(state, exchange));
  }

  /** Adds sections for another replica. */
  void putInto(Map<String, ByteBuffer> sections) {
    best.ifPresent(state -> sections.put(BEST, state.toBytes()));
    good.ifPresent(
        kept -> {
          sections.put(GOOD, kept.state().toBytes());
          sections.put(GOOD_EXCHANGE, kept.exchange().common());
        });
  }

  /** Takes the sections of another replica. */
  void takeFrom(CheckpointPart part) {
    if (part.has(BEST)) {
      best = Optional.of(TrainingState.of(part.section(BEST)));
    }
    if (part.has(GOOD)) {
      keepGood(
          TrainingState.of(part.section(GOOD)),
          new ExchangeState(part.section(GOOD_EXCHANGE), ByteBuffer.allocate(0)));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.sparkstrom.sharing.codec.NonFiniteUpdateException;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.round.ExchangeCounters;
import org.sparkstrom.sharing.round.ExchangeMetrics;
import org.sparkstrom.sharing.round.ExchangeState;
import org.sparkstrom.sharing.round.Outcome;
import org.sparkstrom.sharing.round.UpdateExchange;
import org.sparkstrom.spark.training.NonFinitePolicy.Action;

/**
 * Stands between a replica and the exchange, and lets no update pass that is not finite.
 *
 * <p>Under {@link Action#STOP} it throws; under the other policies the worker takes part in the
 * round with an update of zeros, which its peers add like any other, so that all replicas stay
 * equal. Not thread-safe.
 */
final class GuardedExchange implements UpdateExchange {
  /** Says that a round has no batch and so no score. */
  static final DoubleSupplier NO_SCORE = () -> 0;

  private final UpdateExchange exchange;
  private final NonFinitePolicy policy;
  private final int rank;

  private DoubleSupplier score = NO_SCORE;
  private TrainingPlace place; // null before the first round
  private boolean skipped;
  private int skippedInARow;
  private long skippedInEpoch;

  /** Guards an exchange, which is closed with it. */
  GuardedExchange(UpdateExchange exchange, NonFinitePolicy policy, int rank) {
    this.exchange = exchange;
    this.policy = policy;
    this.rank = rank;
  }

  /**
   * A round begins.
   *
   * @param at for messages
   * @param scoreOfBatch asked when the update comes
   */
  void startRound(TrainingPlace at, DoubleSupplier scoreOfBatch) {
    place = at;
    score = scoreOfBatch;
    skipped = false;
  }

  /** True if this worker had nothing finite to add to the last round. */
  boolean skippedLast() {
    return skipped;
  }

  /** Rounds of this epoch to which this worker had nothing finite to add. */
  long skippedInEpoch() {
    return skippedInEpoch;
  }

  /** True if what this epoch does will be undone. */
  boolean isEpochLost() {
    return policy.action() == Action.RESTORE && skippedInEpoch > 0;
  }

  void startEpoch() {
    skippedInEpoch = 0;
  }

  @Override
  public void exchange(float[] update) {
    double scored = score.getAsDouble();
    if (!Double.isFinite(scored)) {
      skip(update, "its score must be finite, but is " + scored);
    } else if (policy.action() != Action.STOP && !FiniteCheck.isFinite(update)) {
      skip(update, "its update must be finite, but is not");
    } else if (score != NO_SCORE) {
      skippedInARow = 0;
    }
    try {
      exchange.exchange(update);
    } catch (NonFiniteUpdateException e) {
      throw new DivergedException(describe(e.getMessage()), e);
    }
  }

  private void skip(float[] update, String why) {
    skippedInARow++;
    skippedInEpoch++;
    skipped = true;
    if (policy.action() == Action.STOP) {
      throw new DivergedException(
          describe(why)
              + "; "
              + FiniteCheck.REMEDIES
              + ", or choose the policy SKIP or RESTORE for such rounds");
    }
    if (policy.action() == Action.SKIP && skippedInARow > policy.limit()) {
      throw new DivergedException(
          describe(why)
              + ", the "
              + skippedInARow
              + "th time in a row, and may skip "
              + policy.limit()
              + "; "
              + FiniteCheck.REMEDIES);
    }
    Arrays.fill(update, 0f);
  }

  private String describe(String why) {
    return place == null
        ? "training has diverged on worker " + rank + ": " + why
        : "training has diverged on worker %d in epoch %d, round %d of %d: %s"
            .formatted(rank, place.epoch(), place.roundOfEpoch(), place.roundsPerEpoch(), why);
  }

  @Override
  public Outcome outcome() {
    return exchange.outcome();
  }

  @Override
  public void drain(float[] update) {
    exchange.drain(update);
  }

  @Override
  public long catchUp() {
    return exchange.catchUp();
  }

  @Override
  public Optional<float[]> parameters() {
    return exchange.parameters();
  }

  @Override
  public void settle(float[] parameters) {
    exchange.settle(parameters);
  }

  @Override
  public ExchangeState save() {
    return exchange.save();
  }

  @Override
  public void restore(ExchangeState state) {
    exchange.restore(state);
  }

  @Override
  public void serve() {
    exchange.serve();
  }

  @Override
  public List<Integer> ranks() {
    return exchange.ranks();
  }

  @Override
  public Optional<ModeChoice> choice() {
    return exchange.choice();
  }

  @Override
  public ExchangeCounters counters() {
    return exchange.counters();
  }

  @Override
  public ExchangeMetrics metrics() {
    return exchange.metrics();
  }

  @Override
  public void close() {
    exchange.close();
  }
}

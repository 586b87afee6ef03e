// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.sparkstrom.sharing.cost.ModeChoice;

/**
 * Several local steps a round: each replica goes on alone and shares the sum of its updates.
 *
 * <p>This is local SGD (S. Stich, "Local SGD converges fast and communicates little", 2019) with
 * updates in place of parameters: with whole updates and the aggregation MEAN it is parameter
 * averaging. Between rounds the replicas differ. In a round all return to where they were last
 * equal, the anchor, and move from there by the aggregate: in the same float operations, so they
 * are equal bit by bit again.
 *
 * <p>Changes of the view are followed in rounds only, so they take as long as the local steps.
 *
 * <p>Not thread-safe. Closing it closes the exchange of the rounds.
 */
final class LocalStepsExchange implements UpdateExchange {
  private final UpdateExchange rounds;
  private final IntSupplier localSteps;
  private final LocalAnchor common;
  private final float[] anchor;
  private final float[] parameters;
  private final float[] sum;
  private int stepsOfRound;
  private int step;

  /**
   * Starts at the anchor.
   *
   * @param rounds exchanges sums of updates, in step
   * @param localSteps updates in a sum; asked when a round begins
   * @param anchor where all replicas start; {@code rounds} saves it for joiners
   */
  LocalStepsExchange(UpdateExchange rounds, IntSupplier localSteps, LocalAnchor anchor) {
    this.rounds = rounds;
    this.localSteps = localSteps;
    this.common = anchor;
    this.anchor = anchor.values();
    this.parameters = this.anchor.clone();
    this.sum = new float[parameters.length];
  }

  /** A joiner begins at the anchor, as the others did after the last round. */
  @Override
  public long catchUp() {
    long unused = rounds.catchUp(); // of rounds, which may have had fewer steps than others
    System.arraycopy(anchor, 0, parameters, 0, anchor.length);
    return common.steps();
  }

  @Override
  public Optional<float[]> parameters() {
    return Optional.of(parameters.clone());
  }

  @Override
  public Outcome outcome() {
    return Outcome.PARAMETERS;
  }

  @Override
  public void exchange(float[] update) {
    if (step == 0) {
      stepsOfRound = localSteps.getAsInt();
    }
    if (stepsOfRound == 1) {
      exchangeAtOnce(update);
      return;
    }
    step++;
    for (int i = 0; i < update.length; i++) {
      sum[i] += update[i];
      parameters[i] -= update[i];
    }
    if (step == stepsOfRound) {
      endRound();
    }
    System.arraycopy(parameters, 0, update, 0, update.length);
  }

  /** A round of one step: needs no sum, so it costs no more than one whose outcome is an update. */
  private void exchangeAtOnce(float[] update) {
    rounds.exchange(update);
    for (int i = 0; i < update.length; i++) {
      float moved = anchor[i] - update[i];
      anchor[i] = moved;
      parameters[i] = moved;
      update[i] = moved;
    }
    common.addSteps(1);
  }

  @Override
  public void settle(float[] out) {
    if (step > 0) {
      endRound();
    }
    System.arraycopy(parameters, 0, out, 0, out.length);
  }

  @Override
  public ExchangeState save() {
    if (step > 0) {
      throw new IllegalStateException(
          "local steps must be settled before they are saved, but " + step + " are not");
    }
    return rounds.save();
  }

  @Override
  public void restore(ExchangeState state) {
    rounds.restore(state);
  }

  /** A round of the steps since the last one, of which all replicas have made as many. */
  @Override
  public void drain(float[] update) {
    if (step > 0) {
      endRound();
    }
    rounds.drain(sum);
    move();
    System.arraycopy(parameters, 0, update, 0, update.length);
  }

  @Override
  public void serve() {
    rounds.serve();
  }

  @Override
  public List<Integer> ranks() {
    return rounds.ranks();
  }

  @Override
  public Optional<ModeChoice> choice() {
    return rounds.choice();
  }

  @Override
  public ExchangeCounters counters() {
    return rounds.counters();
  }

  @Override
  public ExchangeMetrics metrics() {
    return rounds.metrics();
  }

  @Override
  public void close() {
    rounds.close();
  }

  private void endRound() {
    rounds.exchange(sum);
    move();
    common.addSteps(step);
    step = 0;
  }

  /** From the anchor by the aggregate, which is where the sum was. */
  private void move() {
    for (int i = 0; i < sum.length; i++) {
      anchor[i] -= sum[i];
    }
    System.arraycopy(anchor, 0, parameters, 0, anchor.length);
    Arrays.fill(sum, 0);
  }
}

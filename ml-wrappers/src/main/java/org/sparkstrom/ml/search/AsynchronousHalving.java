// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ASHA: Li et al., A System for Massively Parallel Hyperparameter Tuning, 2020. A trial goes on as
 * soon as it is among the best 1/eta of those that its rung has seen, so no slot waits for the
 * slowest of a rung.
 */
final class AsynchronousHalving implements SearchStrategy {
  private final int candidates;
  private final int factor;
  private final List<Rung> rungs = new ArrayList<>();
  private int begun;
  private int outstanding;

  /**
   * A search of so many candidates.
   *
   * @param rungCount rungs, of which the last has the full resource
   * @param factor eta
   */
  AsynchronousHalving(int candidates, int rungCount, int factor) {
    this.candidates = candidates;
    this.factor = factor;
    for (int i = 0; i < rungCount; i++) {
      rungs.add(new Rung());
    }
  }

  @Override
  public Optional<Assignment> next() {
    Optional<Assignment> next = promotion();
    if (next.isEmpty() && begun < candidates) {
      next = Optional.of(new Assignment(begun++, 0));
    } else if (next.isEmpty() && outstanding == 0) {
      next = lastPromotion();
    }
    next.ifPresent(assignment -> outstanding++);
    return next;
  }

  @Override
  public void report(Assignment done, double metric) {
    outstanding--;
    rungs.get(done.rung()).add(done.trial(), metric);
  }

  private Optional<Assignment> promotion() {
    for (int i = rungs.size() - 2; i >= 0; i--) {
      Rung rung = rungs.get(i);
      Optional<Integer> trial = rung.promote(rung.size() / factor);
      if (trial.isPresent()) {
        return Optional.of(new Assignment(trial.get(), i + 1));
      }
    }
    return Optional.empty();
  }

  /** The best goes on to the last rung even where it has fewer than eta rivals. */
  private Optional<Assignment> lastPromotion() {
    for (int i = rungs.size() - 2; i >= 0; i--) {
      if (rungs.get(i + 1).size() == 0) {
        Optional<Integer> trial = rungs.get(i).promote(1);
        if (trial.isPresent()) {
          return Optional.of(new Assignment(trial.get(), i + 1));
        }
      }
    }
    return Optional.empty();
  }
}

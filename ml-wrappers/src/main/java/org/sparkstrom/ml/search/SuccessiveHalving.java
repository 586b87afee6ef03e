// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Brackets of candidates that are halved in step: Jamieson and Talwalkar, Non-stochastic Best Arm
 * Identification and Hyperparameter Optimization, 2016. All of a rung are trained, then the best
 * 1/eta go on. With one bracket for each rung to begin at it is Hyperband: Li et al., Hyperband: A
 * Novel Bandit-Based Approach to Hyperparameter Optimization, 2018.
 */
final class SuccessiveHalving implements SearchStrategy {

  /** Candidates that began at the same rung. */
  private static final class Bracket {
    private final Deque<Integer> waiting = new ArrayDeque<>();
    private Rung current = new Rung();
    private int rung;
    private int expected;

    Bracket(int rung, List<Integer> trials) {
      this.rung = rung;
      begin(trials);
    }

    private void begin(List<Integer> trials) {
      waiting.addAll(trials);
      expected = trials.size();
      current = new Rung();
    }
  }

  private final int rungCount;
  private final int factor;
  private final List<Bracket> brackets = new ArrayList<>();
  private final int[] bracketOf;

  private SuccessiveHalving(int candidates, int rungCount, int factor) {
    this.rungCount = rungCount;
    this.factor = factor;
    this.bracketOf = new int[candidates];
  }

  /** One bracket, which begins at the first rung. */
  static SuccessiveHalving of(int candidates, int rungCount, int factor) {
    SuccessiveHalving halving = new SuccessiveHalving(candidates, rungCount, factor);
    halving.bracket(0, 0, candidates);
    return halving;
  }

  /**
   * A bracket for each rung to begin at. The candidates are shared out in their order, so many to
   * each as Hyperband has it in proportion: a bracket that begins k rungs higher begins with eta^-k
   * as many, times the number of brackets over its rungs.
   */
  static SuccessiveHalving hyperband(int candidates, int rungCount, int factor) {
    SuccessiveHalving halving = new SuccessiveHalving(candidates, rungCount, factor);
    double[] weights = new double[rungCount];
    for (int rung = 0; rung < rungCount; rung++) {
      weights[rung] = Math.pow(factor, -rung) * rungCount / (rungCount - rung);
    }
    double all = IntStream.range(0, rungCount).mapToDouble(i -> weights[i]).sum();
    double upTo = 0;
    int begin = 0;
    for (int rung = 0; rung < rungCount; rung++) {
      upTo += weights[rung];
      int end = rung == rungCount - 1 ? candidates : (int) Math.round(candidates * upTo / all);
      halving.bracket(rung, begin, end);
      begin = end;
    }
    return halving;
  }

  private void bracket(int rung, int begin, int end) {
    for (int trial = begin; trial < end; trial++) {
      bracketOf[trial] = brackets.size();
    }
    brackets.add(new Bracket(rung, IntStream.range(begin, end).boxed().toList()));
  }

  @Override
  public Optional<Assignment> next() {
    for (Bracket bracket : brackets) {
      Integer trial = bracket.waiting.poll();
      if (trial != null) {
        return Optional.of(new Assignment(trial, bracket.rung));
      }
    }
    return Optional.empty();
  }

  @Override
  public void report(Assignment done, double metric) {
    Bracket bracket = brackets.get(bracketOf[done.trial()]);
    bracket.current.add(done.trial(), metric);
    if (bracket.current.size() == bracket.expected && bracket.rung < rungCount - 1) {
      bracket.rung++;
      bracket.begin(bracket.current.best(Math.max(1, bracket.expected / factor)));
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The trials that have come to one rung, and which of them have gone on. */
final class Rung {
  private record Score(int trial, double metric) {}

  /** The best first; of equal ones the earlier candidate, so that order of arrival is nothing. */
  private static final Comparator<Score> BEST_FIRST =
      Comparator.comparing(Score::metric, (a, b) -> Double.compare(rank(b), rank(a)))
          .thenComparing(Score::trial);

  private final List<Score> scores = new ArrayList<>();
  private final Set<Integer> promoted = new HashSet<>();

  void add(int trial, double metric) {
    scores.add(new Score(trial, metric));
  }

  int size() {
    return scores.size();
  }

  /** The best trials, so many; those that failed are left out. */
  List<Integer> best(int count) {
    return scores.stream()
        .filter(score -> !Double.isNaN(score.metric()))
        .sorted(BEST_FIRST)
        .limit(count)
        .map(Score::trial)
        .toList();
  }

  /** The best of the trials that are among the best so many and have not gone on; it goes on. */
  Optional<Integer> promote(int count) {
    Optional<Integer> next = best(count).stream().filter(t -> !promoted.contains(t)).findFirst();
    next.ifPresent(promoted::add);
    return next;
  }

  private static double rank(double metric) {
    return Double.isNaN(metric) ? Double.NEGATIVE_INFINITY : metric;
  }
}

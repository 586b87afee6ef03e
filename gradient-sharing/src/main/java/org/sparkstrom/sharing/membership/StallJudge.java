// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the members that hold up a round, from the reports of those who wait.
 *
 * <p>One who waits reports whom it waits for, so who does not report and is waited for is stuck. If
 * all report, a way between two of them is broken: the one that most wait for has to go, of equals
 * the one with the highest rank. Judgement takes place once all but one have reported, or else
 * after a grace, because not all begin to wait at the same time. Not thread-safe.
 */
final class StallJudge {
  private final long graceNs;
  private final Map<Integer, Set<Integer>> reports = new TreeMap<>();
  private long firstNs;

  StallJudge(Duration grace) {
    this.graceNs = grace.toNanos();
  }

  void clear() {
    reports.clear();
  }

  void report(int rank, Collection<Integer> missing, long nowNs) {
    if (reports.isEmpty()) {
      firstNs = nowNs;
    }
    reports.put(rank, new HashSet<>(missing));
  }

  /**
   * Who has to go; empty if nobody has, or it is too early to tell.
   *
   * @param alive ranks of all members
   */
  List<Integer> judge(List<Integer> alive, long nowNs) {
    boolean allButOne = reports.size() >= alive.size() - 1;
    if (reports.isEmpty() || (!allButOne && nowNs - firstNs < graceNs)) {
      return List.of();
    }
    List<Integer> silent =
        alive.stream().filter(rank -> !reports.containsKey(rank) && accusers(rank) > 0).toList();
    return silent.isEmpty() ? mostAccused(alive) : silent;
  }

  private List<Integer> mostAccused(List<Integer> alive) {
    if (reports.size() < alive.size()) {
      return List.of(); // someone computes and nobody waits for it: the stall may still resolve
    }
    return alive.stream()
        .filter(rank -> accusers(rank) > 0)
        .max(Comparator.<Integer>comparingLong(this::accusers).thenComparing(rank -> rank))
        .map(List::of)
        .orElse(List.of());
  }

  private long accusers(int rank) {
    return reports.values().stream().filter(missing -> missing.contains(rank)).count();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The books of a fit with aggregation SUM: each round's aggregate must be the exact sum of what
 * some set of its workers sent, and the rounds that count for a worker must have no gap.
 */
final class Ledger {
  private final List<Account> workers;

  private Ledger(List<? extends Account> workers) {
    this.workers = List.copyOf(workers);
  }

  static Ledger of(List<? extends Account> workers) {
    return new Ledger(workers);
  }

  /** The last round in which what this worker sent was counted. */
  long lastCounted(Account worker) {
    long last = 0;
    for (long round = 1; round <= lastRound(); round++) {
      if (worker.sentByRound().containsKey(round) && contributors(round).contains(worker)) {
        last = round;
      }
    }
    return last;
  }

  /** Checks replicas, rounds, and who counts for how long. */
  void check(Synchrony synchrony, long rounds) {
    int lag = synchrony.roundsInFlight();
    List<Account> survivors = workers.stream().filter(worker -> worker.completed()).toList();
    assertThat(survivors).isNotEmpty();
    for (Account survivor : survivors) {
      assertThat(survivor.parameters())
          .as("%s against %s", survivor, survivors.get(0))
          .isEqualTo(survivors.get(0).parameters());
    }
    float[] sum = new float[ElasticWorker.LENGTH];
    for (long round = 1; round <= rounds; round++) {
      ElasticWorker.add(sum, applied(round), 1);
      List<Account> contributors = contributors(round);
      for (Account worker : workers) {
        if (worker.sentByRound().containsKey(round) && mustCount(worker, round, lag)) {
          assertThat(contributors).as("round %d counts %s", round, worker).contains(worker);
        }
      }
    }
    assertThat(survivors.get(0).parameters()).as("applied = counted").isEqualTo(sum);
  }

  /** A survivor counts always; the dead do until the rounds that they had in flight. */
  private static boolean mustCount(Account worker, long round, int lag) {
    return worker.completed() || round <= worker.lastApplied() - 1 - lag;
  }

  private long lastRound() {
    return workers.stream().mapToLong(Account::lastApplied).max().orElse(0);
  }

  /**
   * The aggregate of a round, the same for all survivors; if they came later, that of the one from
   * whom their state stems: who came furthest, or has given a snapshot.
   */
  private float[] applied(long round) {
    List<Account> holders =
        workers.stream().filter(worker -> worker.appliedByRound().containsKey(round)).toList();
    assertThat(holders).as("who has applied round %d", round).isNotEmpty();
    Account best =
        holders.stream()
            .max(
                Comparator.<Account, Boolean>comparing(worker -> worker.completed())
                    .thenComparing(Account::lastApplied)
                    .thenComparing(worker -> worker.hasGivenSnapshot()))
            .orElseThrow();
    float[] applied = best.appliedByRound().get(round);
    for (Account holder : holders) {
      if (holder.completed()) {
        assertThat(holder.appliedByRound().get(round))
            .as("round %d on %s", round, holder)
            .isEqualTo(applied);
      }
    }
    return applied;
  }

  /**
   * Those whose payloads make up the round: all survivors, and the dead that make the sum right.
   */
  private List<Account> contributors(long round) {
    List<Account> certain = new ArrayList<>();
    List<Account> open = new ArrayList<>();
    float[] rest = applied(round).clone();
    for (Account worker : workers) {
      float[] sent = worker.sentByRound().get(round);
      if (sent != null && worker.completed()) {
        certain.add(worker);
        ElasticWorker.add(rest, sent, -1);
      } else if (sent != null) {
        open.add(worker);
      }
    }
    for (int subset = (1 << open.size()) - 1; subset >= 0; subset--) {
      float[] left = rest.clone();
      List<Account> counted = new ArrayList<>(certain);
      for (int i = 0; i < open.size(); i++) {
        if ((subset & 1 << i) != 0) {
          counted.add(open.get(i));
          ElasticWorker.add(left, open.get(i).sentByRound().get(round), -1);
        }
      }
      if (Arrays.equals(left, new float[left.length])) {
        return counted;
      }
    }
    throw new AssertionError(
        "the aggregate of round " + round + " is no sum of what " + workers + " sent");
  }
}

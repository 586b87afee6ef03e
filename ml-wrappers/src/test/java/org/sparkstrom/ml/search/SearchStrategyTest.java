// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchStrategyTest {

  /** Runs a strategy with so many trials at once, which end in random order. */
  private static List<Assignment> run(
      SearchStrategy strategy, int slots, long seed, ToDoubleFunction<Assignment> metric) {
    Random random = new Random(seed);
    List<Assignment> running = new ArrayList<>();
    List<Assignment> done = new ArrayList<>();
    while (true) {
      while (running.size() < slots) {
        Optional<Assignment> next = strategy.next();
        if (next.isEmpty()) {
          break;
        }
        running.add(next.get());
      }
      if (running.isEmpty()) {
        return done;
      }
      Assignment ended = running.remove(random.nextInt(running.size()));
      done.add(ended);
      strategy.report(ended, metric.applyAsDouble(ended));
    }
  }

  private static Map<Integer, Long> perRung(List<Assignment> done) {
    return done.stream().collect(Collectors.groupingBy(Assignment::rung, Collectors.counting()));
  }

  @ParameterizedTest
  @EnumSource(StrategyKind.class)
  void nothingIsTrainedTwiceNorBeforeItsTurn(StrategyKind kind) {
    for (long seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      int candidates = 1 + random.nextInt(30);
      int rungs = kind == StrategyKind.EXHAUSTIVE ? 1 : 1 + random.nextInt(4);
      int factor = 2 + random.nextInt(3);
      double[] quality = random.doubles(candidates).map(q -> q < 0.2 ? Double.NaN : q).toArray();

      List<Assignment> done =
          run(
              kind.over(candidates, rungs, factor),
              1 + random.nextInt(4),
              seed,
              at -> quality[at.trial()] * (at.rung() + 1));

      Map<Integer, Integer> last = new HashMap<>();
      for (Assignment at : done) {
        String what = "seed %d, %s".formatted(seed, at);
        Integer before = last.put(at.trial(), at.rung());
        if (before != null) {
          assertThat(at.rung()).as(what).isEqualTo(before + 1);
          assertThat(quality[at.trial()]).as(what).isNotNaN();
        } else if (kind != StrategyKind.HYPERBAND) {
          assertThat(at.rung()).as(what).isZero();
        }
        assertThat(at.rung()).as(what).isLessThan(rungs);
      }
      assertThat(last.keySet()).as("seed %d", seed).hasSize(candidates);
      boolean anyGood = IntStream.range(0, candidates).anyMatch(i -> !Double.isNaN(quality[i]));
      if (anyGood && kind != StrategyKind.HYPERBAND) {
        assertThat(last.values()).as("seed %d: the last rung", seed).contains(rungs - 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void halvingTakesTheBestThirdOfEachRung(int slots) {
    List<Assignment> done =
        run(SuccessiveHalving.of(27, 4, 3), slots, 5, at -> (double) (at.trial() * 7 % 27));

    assertThat(perRung(done)).isEqualTo(Map.of(0, 27L, 1, 9L, 2, 3L, 3, 1L));
    int best = IntStream.range(0, 27).filter(i -> i * 7 % 27 == 26).findFirst().orElseThrow();
    assertThat(done.get(done.size() - 1)).isEqualTo(new Assignment(best, 3));
  }

  @Test
  void hyperbandSharesTheCandidatesOutAsItsPaperDoes() {
    // R = 81, eta = 3 has brackets of 81, 34, 15, 8 and 5 (Li et al. 2018, table 1)
    List<Assignment> begun = new ArrayList<>();
    SearchStrategy strategy = SuccessiveHalving.hyperband(143, 5, 3);
    run(
        strategy,
        1,
        1,
        at -> {
          begun.add(at);
          return -at.trial();
        });

    Map<Integer, Integer> first = new HashMap<>();
    begun.forEach(at -> first.putIfAbsent(at.trial(), at.rung()));
    Map<Integer, Long> sizes =
        first.values().stream().collect(Collectors.groupingBy(r -> r, Collectors.counting()));
    assertThat(sizes.get(0)).isBetween(80L, 84L);
    assertThat(sizes.get(1)).isBetween(33L, 36L);
    assertThat(sizes.get(2)).isBetween(14L, 16L);
    assertThat(sizes.get(3)).isBetween(6L, 9L);
    assertThat(sizes.get(4)).isBetween(4L, 6L);
  }

  @Test
  void ashaDoesNotWaitForASlowTrial() {
    SearchStrategy asha = new AsynchronousHalving(9, 2, 3);
    Assignment slow = asha.next().orElseThrow();
    for (int i = 1; i <= 3; i++) {
      Assignment at = asha.next().orElseThrow();
      assertThat(at.rung()).isZero();
      asha.report(at, at.trial());
    }
    assertThat(asha.next()).contains(new Assignment(3, 1));
    assertThat(slow).isEqualTo(new Assignment(0, 0));
  }

  @ParameterizedTest
  @CsvSource({"2, 3, 3", "1, 2, 4", "4, 4, 2"})
  void aFewCandidatesHaveOneThatIsTrainedToTheEnd(int candidates, int rungs, int factor) {
    for (StrategyKind kind : List.of(StrategyKind.ASHA, StrategyKind.SUCCESSIVE_HALVING)) {
      List<Assignment> done =
          run(kind.over(candidates, rungs, factor), 2, 3, at -> (double) at.trial());
      assertThat(done).contains(new Assignment(candidates - 1, rungs - 1));
    }
  }

  @Test
  void rungsAreGeometricAndTheLastHasTheMost() {
    assertThat(Resource.geometric("n", 1, 81, 3).rungs()).containsExactly(1, 3, 9, 27, 81);
    assertThat(Resource.geometric("n", 2, 17, 3).rungs()).containsExactly(5, 17);
    assertThat(Resource.geometric("n", 5, 5, 2).rungs()).containsExactly(5);
    assertThat(Resource.geometric("n", 1 << 30, Integer.MAX_VALUE, 2).rungs())
        .containsExactly(Integer.MAX_VALUE);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoalitionsTest {

  /** The definition: the mean over all orders of what a part adds to those before it. */
  static double[] byPermutations(int parts, ToDoubleFunction<BitSet> game) {
    double[] sums = new double[parts];
    int[] order = IntStream.range(0, parts).toArray();
    int orders = addOrders(order, 0, game, sums);
    return Arrays.stream(sums).map(sum -> sum / orders).toArray();
  }

  private static int addOrders(
      int[] order, int from, ToDoubleFunction<BitSet> game, double[] sums) {
    if (from == order.length) {
      BitSet coalition = new BitSet();
      double before = game.applyAsDouble(coalition);
      for (int part : order) {
        coalition.set(part);
        double after = game.applyAsDouble(coalition);
        sums[part] += after - before;
        before = after;
      }
      return 1;
    }
    int orders = 0;
    for (int i = from; i < order.length; i++) {
      swap(order, from, i);
      orders += addOrders(order, from + 1, game, sums);
      swap(order, from, i);
    }
    return orders;
  }

  private static void swap(int[] order, int i, int j) {
    int held = order[i];
    order[i] = order[j];
    order[j] = held;
  }

  @Test
  void answersThatDoNotVaryLeaveNothingToExplain() {
    for (int parts = 2; parts < 30; parts++) {
      Coalitions coalitions = Coalitions.of(parts, 200, 1);
      double[] worth = new double[coalitions.count()];
      Arrays.fill(worth, 0.37);
      double[] values = coalitions.shapleyValues(worth, 0.37, 0.37);
      assertThat(coalitions.rSquared(worth, 0.37, values)).as("of %d parts", parts).isEqualTo(1);
    }
  }

  private static BitSet all(int parts) {
    BitSet all = new BitSet();
    all.set(0, parts);
    return all;
  }

  private static double[] worth(Coalitions coalitions, ToDoubleFunction<BitSet> game) {
    return IntStream.range(0, coalitions.count())
        .mapToDouble(c -> game.applyAsDouble(coalitions.present(c)))
        .toArray();
  }

  private static double[] values(Coalitions coalitions, int parts, ToDoubleFunction<BitSet> game) {
    return coalitions.shapleyValues(
        worth(coalitions, game), game.applyAsDouble(new BitSet()), game.applyAsDouble(all(parts)));
  }

  /** A game in which each coalition is worth something of its own. */
  private static ToDoubleFunction<BitSet> randomGame(int parts, long seed) {
    Random random = new Random(seed);
    double[] worth = random.doubles(1L << parts, -1, 1).toArray();
    return coalition -> coalition.isEmpty() ? worth[0] : worth[(int) coalition.toLongArray()[0]];
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void allCoalitionsGiveTheShapleyValuesByDefinition(int parts) {
    long seed = System.nanoTime();
    ToDoubleFunction<BitSet> game = randomGame(parts, seed);
    Coalitions coalitions = Coalitions.of(parts, 1 << parts, 1);
    assertThat(coalitions.count()).isEqualTo(parts == 1 ? 0 : (1 << parts) - 2);
    assertThat(values(coalitions, parts, game))
        .as("seed " + seed)
        .containsExactly(byPermutations(parts, game), within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 9, 20, 63, 64, 65, 130})
  void theFewestSamplesAreEnoughForASumOfParts(int parts) {
    long seed = System.nanoTime();
    double[] weights = new Random(seed).doubles(parts, -1, 1).toArray();
    ToDoubleFunction<BitSet> game = z -> 3 + z.stream().mapToDouble(i -> weights[i]).sum();
    for (int more : new int[] {0, 1, 2, 37, 500}) {
      int budget = (int) Coalitions.least(parts) + more;
      Coalitions coalitions = Coalitions.of(parts, budget, seed);
      assertThat(coalitions.count()).isBetween((int) Coalitions.least(parts), budget);
      double[] values = values(coalitions, parts, game);
      assertThat(values).as("seed " + seed).containsExactly(weights, within(1e-8));
      assertThat(coalitions.rSquared(worth(coalitions, game), 3, values))
          .isCloseTo(1, within(1e-9));
    }
  }

  @Test
  void sampledValuesSumUpAndComeNearTheExactOnes() {
    int parts = 12;
    ToDoubleFunction<BitSet> game = randomGame(parts, 5);
    // Smooth, as models are: neighbors of a coalition are worth much the same
    double[] weights = new Random(6).doubles(parts, 0, 1).toArray();
    ToDoubleFunction<BitSet> smooth =
        z ->
            Math.tanh(z.stream().mapToDouble(i -> weights[i]).sum() - 3)
                + game.applyAsDouble(z) / 50;
    double[] exact = values(Coalitions.of(parts, 1 << parts, 1), parts, smooth);
    double[] means = new double[parts];
    for (int seed = 1; seed <= 100; seed++) {
      double[] sampled = values(Coalitions.of(parts, 1_000, seed), parts, smooth);
      assertThat(Arrays.stream(sampled).sum())
          .isCloseTo(
              smooth.applyAsDouble(all(parts)) - smooth.applyAsDouble(new BitSet()), within(1e-9));
      assertThat(sampled).containsExactly(exact, within(0.12));
      Arrays.setAll(means, i -> means[i] + sampled[i] / 100);
    }
    assertThat(means).as("not off by more than chance").containsExactly(exact, within(0.01));
  }

  @Test
  void coalitionsDifferComeWithTheirComplementsAndFollowTheSeed() {
    Coalitions first = Coalitions.of(30, 700, 9);
    Set<BitSet> seen = new HashSet<>();
    for (int c = 0; c < first.count(); c++) {
      assertThat(first.present(c).cardinality()).isBetween(1, 29);
      assertThat(seen.add(first.present(c))).isTrue();
    }
    assertThat(seen).hasSizeBetween(690, 700);
    for (BitSet coalition : seen) {
      BitSet complement = (BitSet) coalition.clone();
      complement.flip(0, 30);
      assertThat(seen).contains(complement);
    }
    assertThat(present(Coalitions.of(30, 700, 9))).isEqualTo(present(first));
    assertThat(present(Coalitions.of(30, 700, 10))).isNotEqualTo(present(first));
  }

  private static Set<BitSet> present(Coalitions coalitions) {
    Set<BitSet> all = new HashSet<>();
    for (int c = 0; c < coalitions.count(); c++) {
      all.add(coalitions.present(c));
    }
    return all;
  }
}

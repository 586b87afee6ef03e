// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.threshold.FixedThreshold;
import org.sparkstrom.sharing.threshold.TargetDensity;

class RegionRoundTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(3000, 20, 500, 10);
  private static final int LENGTH = LAYOUT.parameterCount();

  /** Plans that split, that leave the range whole, and that do both. */
  static Stream<RegionPlan> plans() {
    Stream<RegionPlan> chosen =
        IntStream.of(1, 2, 3, 4, 5, 6, 8, 12, 16, 30)
            .boxed()
            .flatMap(w -> Stream.of(RegionPlan.of(w, LENGTH), RegionPlan.of(w, 25_000_000)));
    return Stream.concat(
        chosen,
        Stream.of(
            RegionPlan.ofFactors(List.of(2), List.of(3, 2)),
            RegionPlan.ofFactors(List.of(3, 2), List.of(2, 2)),
            RegionPlan.ofFactors(List.of(4), List.of(5)),
            RegionPlan.ofFactors(List.of(2), List.of(3, 3))));
  }

  @ParameterizedTest
  @MethodSource("plans")
  void replicasAreEqualAndNoMassIsLost(RegionPlan plan) throws Exception {
    int workers = plan.workers();
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    RegionWorkers all = new RegionWorkers(plan, LAYOUT, new TargetDensity(0.05, 10, -4), random);
    double[] balance = new double[LENGTH];
    float[][] updates = new float[workers][LENGTH];
    double applied = 0;
    for (int round = 0; round < 40; round++) {
      for (float[] update : updates) {
        fillDyadic(random, update);
        addTo(balance, update, 1);
      }
      all.exchange(updates, 1);
      addTo(balance, updates[0], -1);
      for (float[] update : updates) {
        assertThat(update).as("seed %d, round %d", seed, round).isEqualTo(updates[0]);
      }
      for (float step : updates[0]) {
        applied += step;
      }
    }
    all.addResidualsTo(balance, -1);
    assertThat(balance).as("seed %d", seed).containsOnly(0.0);
    assertThat(applied).as("seed %d", seed).isPositive();
  }

  @ParameterizedTest
  @MethodSource("plans")
  void everyWorkerKnowsHowManyEntriesAllHaveSent(RegionPlan plan) throws Exception {
    Random random = new Random(9);
    RegionWorkers all = new RegionWorkers(plan, LAYOUT, new FixedThreshold(1), random);
    float[][] updates = new float[plan.workers()][LENGTH];
    for (int round = 0; round < 3; round++) {
      for (float[] update : updates) {
        fillDyadic(random, update);
      }
      all.exchange(updates, 1);
      long sent = all.rounds.stream().mapToLong(RegionRound::sentEntries).sum();
      for (RegionRound each : all.rounds) {
        assertThat(IntStream.range(0, LAYOUT.blockCount()).mapToLong(each::count).sum())
            .isEqualTo(sent);
      }
      assertThat(sent).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2,2,2,2/", "4,4/", "16/", "2,8/", "4/4", "2,2/2,2", "2/2,4", "/4,4"})
  void anyFactorsWillDo(String factors) throws Exception {
    Random random = new Random(5);
    RegionWorkers all = new RegionWorkers(plan(factors), LAYOUT, new FixedThreshold(1), random);
    float[][] updates = new float[16][LENGTH];
    for (float[] update : updates) {
      update[17] = 1;
      update[3029] = -2;
    }
    all.exchange(updates, 1.0 / 16);
    for (float[] update : updates) {
      assertThat(update[17]).isEqualTo(1);
      assertThat(update[3029]).isEqualTo(-2);
    }
  }

  @Test
  void nothingWaitsBetweenWholeLevels() throws Exception {
    Random random = new Random(4);
    RegionWorkers all = new RegionWorkers(plan("2/2,3"), LAYOUT, new FixedThreshold(1), random);
    float[][] updates = new float[12][LENGTH];
    for (float[] update : updates) {
      fillDyadic(random, update);
    }
    all.exchange(updates, 1);
    for (RegionRound each : all.rounds) {
      assertThat(each.residual(2)).containsOnly(0f);
      assertThat(each.residual(1)).isNotEqualTo(new float[each.residualLength(1)]);
      assertThat(each.residual(3)).isNotEqualTo(new float[each.residualLength(3)]);
    }
  }

  /** What exceeds the largest multiplicity waits even there. */
  @ParameterizedTest
  @ValueSource(strings = {"/2,2", "2/2,2", "4/", "/4"})
  void noMassIsLostWhereSumsExceedWhatAnEntryCanHold(String factors) throws Exception {
    RegionPlan plan = plan(factors);
    RegionWorkers all = new RegionWorkers(plan, LAYOUT, new FixedThreshold(1), new Random(2));
    double[] balance = new double[LENGTH];
    float[][] updates = new float[plan.workers()][LENGTH];
    for (int round = 0; round < 3; round++) {
      for (float[] update : updates) {
        Arrays.fill(update, 0);
        update[5] = 20_000;
        addTo(balance, update, 1);
      }
      all.exchange(updates, 1);
      addTo(balance, updates[0], -1);
      assertThat(updates[1]).isEqualTo(updates[0]);
    }
    assertThat(balance[5]).isPositive();
    all.addResidualsTo(balance, -1);
    assertThat(balance).containsOnly(0.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4/", "2/2", "/4"})
  void frozenBlocksDoNotTravelAndStayAsTheyAre(String factors) throws Exception {
    RegionWorkers all =
        new RegionWorkers(plan(factors), LAYOUT.freeze(0, 3), new FixedThreshold(1), new Random(1));
    float[][] updates = new float[4][LENGTH];
    for (float[] update : updates) {
      update[3005] = 3;
    }
    all.exchange(updates, 1);
    float[] expected = new float[LENGTH];
    expected[3005] = 12;
    for (float[] update : updates) {
      assertThat(update).isEqualTo(expected);
    }
  }

  /**
   * All workers agree on the direction, which is the worst case: every entry survives each level.
   */
  @ParameterizedTest
  @ValueSource(strings = {"8/", "4,4/", "8,4/", "4,4,4/", "8/2", "8/4", "4,4/4"})
  void whatTravelsIsNoDenserWithMoreWorkers(String factors) throws Exception {
    int length = 20_000;
    double density = 0.01;
    Random random = new Random(3);
    RegionPlan plan = plan(factors);
    int workers = plan.workers();
    RegionWorkers all =
        new RegionWorkers(plan, BlockLayout.of(length), new FixedThreshold(1), random);
    float[][] updates = new float[workers][length];
    int rounds = 300;
    for (int round = 0; round < rounds; round++) {
      for (float[] update : updates) {
        for (int i = 0; i < length; i++) {
          update[i] = (float) density * (i % 2 == 0 ? 1 : -1) * 2 * random.nextFloat();
        }
      }
      if (round == rounds / 3) {
        Arrays.fill(all.entriesByPhase, 0);
      }
      all.exchange(updates, 1);
    }
    double measured = rounds - rounds / 3;
    for (int phase = 0; phase < plan.phases(); phase++) {
      int level = plan.levelOf(phase);
      RegionPlan.Range range = plan.range(0, level, length);
      double part = (double) (range.to() - range.from());
      if (plan.isSplit(level)) {
        part /= plan.factor(level);
      }
      double parameters = part * (plan.factor(level) - 1) * workers;
      assertThat(all.entriesByPhase[phase] / measured / parameters)
          .as("density in phase %d of %s", phase, plan)
          .isLessThan(1.1 * density);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"6/", "3/2", "/6"})
  void theControllerHoldsTheDensityOfWhatWorkersSend(String factors) throws Exception {
    int length = 5000;
    int workers = 6;
    Random random = new Random(3);
    RegionWorkers all =
        new RegionWorkers(
            plan(factors), BlockLayout.of(length), new TargetDensity(0.02, 0, 3), random);
    float[][] updates = new float[workers][length];
    long sent = 0;
    for (int round = 0; round < 300; round++) {
      for (float[] update : updates) {
        for (int i = 0; i < length; i++) {
          update[i] = (float) random.nextGaussian();
        }
      }
      all.exchange(updates, 1);
      for (RegionRound each : all.rounds) {
        sent += round < 150 ? 0 : each.sentEntries();
      }
    }
    assertThat(sent / 150.0 / workers / length).isBetween(0.005, 0.045);
  }

  @Test
  void refusesWhatIsNotAwaited() throws Exception {
    RegionRound round = new RegionRound(plan("4/"), 1, LAYOUT, new FixedThreshold(1));
    assertThat(round.awaits(0)).isFalse();
    round.start(new float[LENGTH], (receiver, phase, content, payload) -> {});
    assertThat(round.awaits(0)).isTrue();
    assertThat(round.awaits(1)).isFalse();
    assertThat(round.missing()).containsExactly(0, 2, 3);
    assertThatIllegalStateException()
        .isThrownBy(() -> round.receive(1, ByteBuffer.allocate(1), (r, p, c, b) -> {}))
        .withMessage("a message must be awaited, but worker 1 has none to send in phase 0");
    assertThatIllegalStateException()
        .isThrownBy(() -> round.takeAggregate(new float[LENGTH], 1))
        .withMessage("the aggregate is complete after phase 2");
    assertThatExceptionOfType(CorruptPayloadException.class)
        .isThrownBy(
            () ->
                round.receive(
                    2,
                    ByteBuffer.wrap(new byte[] {1, -10, 0}).order(ByteOrder.LITTLE_ENDIAN),
                    (r, p, c, b) -> {}));
  }

  @Test
  void moreWorkersThanParametersAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new RegionRound(RegionPlan.of(5, 4), 0, BlockLayout.of(4), new FixedThreshold(1)))
        .withMessageContaining("at most 4 workers");
  }

  /**
   * Multiples of 2^-10 in [-1.5, 2.5), so that all move one way: sums of all rounds and workers are
   * exact in float32.
   */
  private static void fillDyadic(Random random, float[] update) {
    for (int i = 0; i < update.length; i++) {
      update[i] = (random.nextInt(1 << 12) - 1536) / 1024f;
    }
  }

  /** Factors of levels that split, a stroke, factors of whole levels. */
  private static RegionPlan plan(String factors) {
    List<List<Integer>> kinds =
        Stream.of(factors.split("/", -1))
            .map(
                kind ->
                    Stream.of(kind.split(","))
                        .filter(factor -> !factor.isEmpty())
                        .map(Integer::valueOf)
                        .toList())
            .toList();
    return RegionPlan.ofFactors(kinds.get(0), kinds.get(1));
  }

  private static void addTo(double[] sums, float[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      sums[i] += factor * values[i];
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.threshold;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.SparseUpdate;
import org.sparkstrom.sharing.codec.Threshold;
import org.sparkstrom.sharing.codec.ThresholdQuantizer;

/** The control loop, with updates of log-normal scales as layers have them. */
class ThresholdControllerTest {
  private static final int LENGTH = 10_000;
  private static final int ROUNDS = 600;

  @Test
  void aFixedThresholdNeverMoves() {
    BlockLayout layout = BlockLayout.of(10, 20);
    ThresholdController controller = new ThresholdController(new FixedThreshold(0.25f), layout);
    for (int round = 0; round < 100; round++) {
      controller.onRound(new long[] {10, 0}, 1);
    }

    assertThat(exponents(controller, layout)).containsExactly(-2, -2);
  }

  @Test
  void aHardThresholdHoldsWhatItHasFoundAndSendsLessAsUpdatesShrink() {
    BlockLayout layout = BlockLayout.of(LENGTH);
    int calibration = 150;
    Random random = new Random(2);
    double[] sent =
        run(
            new HardThreshold(0.01, calibration, -20),
            layout,
            ROUNDS,
            round -> {
              float[] update = new float[LENGTH];
              double scale = round < calibration ? 1e-3 : 1e-3 * calibration / round;
              for (int i = 0; i < LENGTH; i++) {
                update[i] = (float) (scale * random.nextGaussian());
              }
              return update;
            });
    double calibrated = Arrays.stream(sent, calibration / 2, calibration).average().orElseThrow();
    double settled = Arrays.stream(sent, ROUNDS - 100, ROUNDS).average().orElseThrow();
    assertThat(calibrated).isBetween(0.002, 0.05);
    assertThat(settled).isLessThan(calibrated / 2);
  }

  @ParameterizedTest(name = "density {0}, warm-up {1}, first exponent {2}, shrinking over {3}")
  @CsvSource({
    "0.01, 0, 3, 1e9",
    "0.01, 0, -20, 1e9",
    "0.01, 100, -10, 1e9",
    "0.001, 100, -10, 1e9",
    "0.05, 50, 0, 300"
  })
  void holdsTheDensityWithinAFactorOfFour(
      double density, int warmupRounds, int initialExponent, double shrinkRounds) {
    double[] sent =
        simulate(new TargetDensity(density, warmupRounds, initialExponent), shrinkRounds);

    double settled = Arrays.stream(sent).skip(ROUNDS / 2).average().orElseThrow();
    assertThat(settled).isBetween(density / 4, density * 4);
  }

  @Test
  void sameCountsGiveTheSameThresholds() {
    BlockLayout layout = BlockLayout.of(LENGTH, 10);
    ThresholdController one = new ThresholdController(new TargetDensity(0.01, 20, -8), layout);
    ThresholdController other = new ThresholdController(new TargetDensity(0.01, 20, -8), layout);
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      long[] counts = {random.nextInt(LENGTH), random.nextInt(20)};
      one.onRound(counts, 2);
      other.onRound(counts.clone(), 2);
      assertThat(exponents(one, layout)).isEqualTo(exponents(other, layout));
    }
  }

  @Test
  void staysInRangeWhateverIsSent() {
    BlockLayout layout = BlockLayout.of(LENGTH, LENGTH);
    ThresholdController controller = new ThresholdController(new TargetDensity(0.01, 0, 0), layout);
    for (int round = 0; round < 1000; round++) {
      controller.onRound(new long[] {LENGTH, 0}, 1);
    }

    assertThat(exponents(controller, layout))
        .containsExactly(Threshold.MAX_EXPONENT, Threshold.MIN_EXPONENT);
  }

  @Test
  void updatesInLockStepDoNotMakeItSwing() {
    BlockLayout layout = BlockLayout.of(LENGTH);
    float[] update = new float[LENGTH];
    Random random = new Random(4);
    for (int i = 0; i < LENGTH; i++) {
      update[i] = (float) (1e-3 * random.nextGaussian());
    }

    double[] sent = run(new TargetDensity(0.001, 100, -10), layout, 2000, round -> update);

    assertThat(Arrays.stream(sent).skip(500).average().orElseThrow()).isLessThan(5 * 0.001);
  }

  @Test
  void aSmallBlockSendsAFewEntriesWhateverTheDensity() {
    BlockLayout layout = BlockLayout.of(10);
    Random random = new Random(5);
    float[] update = new float[10];

    double[] sent =
        run(
            new TargetDensity(0.001, 0, -3),
            layout,
            1000,
            round -> {
              for (int i = 0; i < update.length; i++) {
                update[i] = (float) (1e-3 * random.nextGaussian());
              }
              return update;
            });

    assertThat(Arrays.stream(sent).skip(500).average().orElseThrow()).isBetween(0.1, 1.0);
  }

  @Test
  void theBurstAfterAStepDownIsNotHeldAgainstTheNewThreshold() {
    DensityWindow window = new DensityWindow(10_000, 0);
    int steps = 0;
    while (steps == 0) {
      steps = window.steps(10, 0.01, 1);
    }

    assertThat(steps).isEqualTo(-1);
    assertThat(window.steps(5000, 0.01, 1)).isZero();
    assertThat(window.steps(5000, 0.01, 1)).isEqualTo(3);
  }

  @Test
  void silenceIsNoReasonToStepDownBeforeAnEntryIsDue() {
    DensityWindow window = new DensityWindow(10_000, 0);
    assertThat(window.steps(10_000, 0.01, 1)).isEqualTo(3);

    for (int round = 1; round < 25; round++) {
      assertThat(window.steps(0, 0.01, 1)).isZero();
    }
    assertThat(window.steps(0, 0.01, 1)).isEqualTo(-1);
  }

  private static double[] simulate(TargetDensity policy, double shrinkRounds) {
    Random random = new Random(3);
    float[] scale = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      scale[i] = (float) (1e-3 * Math.exp(1.5 * random.nextGaussian()));
    }
    float[] update = new float[LENGTH];
    return run(
        policy,
        BlockLayout.of(LENGTH),
        ROUNDS,
        round -> {
          double shrink = Math.exp(-round / shrinkRounds);
          for (int i = 0; i < LENGTH; i++) {
            update[i] = (float) (scale[i] * shrink * (random.nextGaussian() + 0.2));
          }
          return update;
        });
  }

  /** The share of entries that one worker sends in each round. */
  @Test
  void roundsThatWereEncodedBeforeAMoveDoNotRepeatIt() {
    DensityWindow atOnce = new DensityWindow(10_000, 0);
    DensityWindow oneLate = new DensityWindow(10_000, 1);

    assertThat(atOnce.steps(5_000, 0.01, 1)).isPositive();
    assertThat(oneLate.steps(5_000, 0.01, 1)).isPositive();
    assertThat(oneLate.steps(5_000, 0.01, 1)).isZero(); // has the old threshold
    assertThat(atOnce.steps(5_000, 0.01, 1)).isPositive();
    assertThat(oneLate.steps(5_000, 0.01, 1)).isPositive();
  }

  @ParameterizedTest(name = "{0} rounds in flight")
  @ValueSource(ints = {0, 1, 2})
  void roundsInFlightDoNotMakeItSwing(int roundsInFlight) {
    BlockLayout layout = BlockLayout.of(LENGTH);
    TargetDensity policy = new TargetDensity(0.01, 60, -6);
    ThresholdController controller = new ThresholdController(policy, layout, roundsInFlight);
    ThresholdQuantizer quantizer = new ThresholdQuantizer(layout);
    SparseUpdate sparse = new SparseUpdate(layout);
    Random random = new Random(7);
    Deque<Integer> inFlight = new ArrayDeque<>();
    byte[] exponents = new byte[1];
    int lowest = Integer.MAX_VALUE;
    int highest = Integer.MIN_VALUE;
    int moves = 0;
    for (int round = 0; round < ROUNDS; round++) {
      int before = exponents[0];
      controller.exponents(exponents);
      float[] update = new float[LENGTH];
      for (int i = 0; i < LENGTH; i++) {
        update[i] = (float) (1e-3 * random.nextGaussian() * Math.exp(random.nextGaussian()));
      }
      quantizer.quantize(update, exponents, sparse);
      inFlight.add(sparse.count());
      if (inFlight.size() > roundsInFlight) {
        controller.onRound(new long[] {inFlight.remove()}, 1);
      }
      if (round >= ROUNDS / 2) {
        lowest = Math.min(lowest, exponents[0]);
        highest = Math.max(highest, exponents[0]);
        moves += exponents[0] == before ? 0 : 1;
      }
    }
    assertThat(highest - lowest).isLessThanOrEqualTo(1);
    assertThat(moves).isLessThanOrEqualTo(6);
  }

  private static double[] run(
      ThresholdPolicy policy, BlockLayout layout, int rounds, IntFunction<float[]> updates) {
    ThresholdController controller = new ThresholdController(policy, layout);
    ThresholdQuantizer quantizer = new ThresholdQuantizer(layout);
    SparseUpdate sparse = new SparseUpdate(layout);
    double[] sent = new double[rounds];
    byte[] exponents = new byte[layout.blockCount()];
    for (int round = 0; round < rounds; round++) {
      controller.exponents(exponents);
      quantizer.quantize(updates.apply(round), exponents, sparse);
      int nonZeros = sparse.count();
      controller.onRound(new long[] {nonZeros}, 1);
      sent[round] = (double) nonZeros / layout.parameterCount();
    }
    return sent;
  }

  private static byte[] exponents(ThresholdController controller, BlockLayout layout) {
    byte[] exponents = new byte[layout.blockCount()];
    controller.exponents(exponents);
    return exponents;
  }
}

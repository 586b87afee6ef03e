// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.codec.Quantizer;

/** Which way of sharing is worth its price. */
class CostModelTest {
  private static final long MS = 1_000_000;

  /** 1 M parameters: 2 MB as float16, 2 kB as thresholds of 0.1%, over 125 MB/s and 0.2 ms. */
  private static final SharingCosts GIGABIT =
      new SharingCosts(
          10 * MS,
          new RoundCost(8 * MS, 16 * MS + MS / 5, 2_000_000),
          new RoundCost(3 * MS, 16_000 + MS / 5, 2_000));

  private static SharingCosts costs(long computeNs, long denseNs, long thresholdNs) {
    return new SharingCosts(
        computeNs, new RoundCost(0, denseNs, 1000), new RoundCost(thresholdNs, 0, 10));
  }

  @Test
  void aStepTakesComputingAndItsShareOfARound() {
    CostModel model = new CostModel(GIGABIT);
    assertThat(model.stepNs(Quantizer.FLOAT16, 1)).isEqualTo(34.2 * MS);
    assertThat(model.stepNs(Quantizer.FLOAT16, 4)).isEqualTo(16.05 * MS);
    assertThat(model.stepNs(Quantizer.THRESHOLD, 1)).isEqualTo(13.216 * MS);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> model.stepNs(Quantizer.NONE, 1))
        .withMessage("costs are known of FLOAT16 and THRESHOLD, but not of NONE");
  }

  @Test
  void findsRateAndLatencyOfTheLinkFromTwoLengths() {
    CostModel model = new CostModel(GIGABIT);
    assertThat(model.bytesPerSecond().orElseThrow()).isCloseTo(125e6, Percentage.withPercentage(1));
    assertThat(model.latencyNs()).isCloseTo(0.2 * MS, Percentage.withPercentage(1));
  }

  @Test
  void knowsNoRateWhereTheLongerPayloadTakesNoLonger() {
    CostModel model =
        new CostModel(
            new SharingCosts(MS, new RoundCost(9, 5000, 2000), new RoundCost(9, 5100, 20)));
    assertThat(model.bytesPerSecond()).isEmpty();
    assertThat(model.latencyNs()).isEqualTo(5000);
  }

  @Test
  void takesThresholdsWhereTheLinkIsSlow() {
    ModeChoice choice = new CostModel(GIGABIT).choose(74, 1);
    assertThat(choice).isEqualTo(new ModeChoice(Quantizer.THRESHOLD, 1, 74, GIGABIT));
    assertThat(choice.describe())
        .isEqualTo(
            "THRESHOLD with localSteps = 1 from round 74 on: 0.386 times a dense float16 step;"
                + " computing 10.000 ms, FLOAT16 codec 8.000 + link 16.200 ms for 2000000 bytes,"
                + " THRESHOLD codec 3.000 + link 0.216 ms for 2000 bytes, latency 0.200 ms,"
                + " 125.0 MB/s");
  }

  @Test
  void staysDenseUnlessThresholdsEarnTheirPlace() {
    assertThat(new CostModel(costs(100 * MS, 10 * MS, 5 * MS)).choose(0, 1).quantizer())
        .as("4.5% shorter")
        .isEqualTo(Quantizer.FLOAT16);
    assertThat(new CostModel(costs(100 * MS, 11 * MS, 5 * MS)).choose(0, 1).quantizer())
        .as("5.4% shorter")
        .isEqualTo(Quantizer.THRESHOLD);
  }

  @Test
  void takesLocalStepsOnlyWhereTheExchangeDominatesAndTheyAreAllowed() {
    assertThat(new CostModel(costs(10 * MS, 20 * MS, 20 * MS)).choose(0, 16).localSteps())
        .as("twice the computing")
        .isEqualTo(1);
    CostModel dominated = new CostModel(costs(10 * MS, 1000 * MS, 70 * MS));
    assertThat(dominated.choose(0, 16).localSteps()).isEqualTo(8);
    assertThat(dominated.choose(0, 5).localSteps()).isEqualTo(5);
    assertThat(dominated.choose(0, 1).localSteps()).isEqualTo(1);
    assertThat(new CostModel(costs(0, MS, MS)).choose(0, 16).localSteps()).isEqualTo(16);
  }

  /** The promise, for what the model sees: whatever is measured, no more than 2% above dense. */
  @Test
  void isNeverSlowerThanDense() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int run = 0; run < 10_000; run++) {
      SharingCosts costs = new SharingCosts(random.nextInt(1 << 20), cost(random), cost(random));
      ModeChoice choice = new CostModel(costs).choose(1, 1 + random.nextInt(16));
      assertThat(new CostModel(costs).timeOverDense(choice))
          .as("seed %d, %s", seed, choice)
          .isLessThanOrEqualTo(1);
    }
  }

  private static RoundCost cost(Random random) {
    return new RoundCost(1 + random.nextInt(1 << 20), random.nextInt(1 << 22), random.nextInt(99));
  }

  @Test
  void theSlowestComputesAndWhoWaitsLeastSeesTheLink() {
    SharingCosts quick = new SharingCosts(10, new RoundCost(5, 90, 1000), new RoundCost(7, 80, 30));
    SharingCosts slow = new SharingCosts(50, new RoundCost(6, 40, 1000), new RoundCost(6, 41, 33));
    assertThat(SharingCosts.ofAll(List.of(quick, slow)))
        .isEqualTo(new SharingCosts(50, new RoundCost(6, 40, 1000), new RoundCost(7, 41, 33)))
        .isEqualTo(SharingCosts.ofAll(List.of(slow, quick)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SharingCosts.ofAll(List.of()))
        .withMessage("costs must be of at least one worker, but are of none");
  }

  @Test
  void aChoiceIsReadAsItWasWritten() {
    ModeChoice choice = new CostModel(GIGABIT).choose(74, 8);
    ByteBuffer bytes = ByteBuffer.allocate(ModeChoice.BYTES);
    choice.put(bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(ModeChoice.of(bytes.flip())).isEqualTo(choice);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModeChoice.of(bytes.rewind().put(0, (byte) 9)))
        .withMessage("no quantizer has the code 9");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModeChoice.of(bytes.rewind().put(0, (byte) 3)))
        .withMessage("a choice must be FLOAT16 or THRESHOLD, but is AUTO");
    bytes.put(0, (byte) 2).putLong(ModeChoice.BYTES - Long.BYTES, -1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModeChoice.of(bytes.rewind()))
        .withMessageContaining("the costs of a round must be at least 0");
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.cost.CostModel;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.round.SimulatedRounds.Link;
import org.sparkstrom.sharing.round.SimulatedRounds.Worker;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;

/** Rounds whose form follows from what it costs, over simulated links in simulated time. */
class AutoRoundCodecTest {
  private static final BlockLayout TINY = BlockLayout.of(20, 5);
  private static final BlockLayout LARGER = BlockLayout.of(6000, 40, 400);
  private static final ThresholdPolicy POLICY = new TargetDensity(0.01, 30, -1);
  private static final int TRIAL = // rounds until the choice holds
      30 + 2 * (ModeTrial.SETTLING_ROUNDS + ModeTrial.MEASURED_ROUNDS) + 1;

  private static final Link SLOW = new Link(100_000, 80, 1_000_000, 1); // 12.5 MB/s
  private static final Link FAST = new Link(20_000, 0.1, 1_000_000, 1); // 10 GB/s

  private static ExchangeConfig config(Quantizer quantizer) {
    return new ExchangeConfig(quantizer, Aggregation.SUM, POLICY, Duration.ofSeconds(10), 5);
  }

  private static SimulatedRounds rounds(int workers, BlockLayout layout, Link link) {
    return new SimulatedRounds(workers, layout, config(Quantizer.AUTO), link, 7);
  }

  private static ModeChoice choice(SimulatedRounds fit) {
    ModeChoice choice = fit.workers.get(0).codec.choice().orElseThrow();
    for (Worker worker : fit.workers) {
      assertThat(worker.codec.choice()).contains(choice);
    }
    return choice;
  }

  @Test
  void overASlowLinkThresholdsAreChosen() {
    SimulatedRounds fit = rounds(3, LARGER, SLOW);
    fit.run(TRIAL - 1);
    assertThat(fit.workers.get(1).codec.choice()).isEmpty();
    fit.run(1);
    ModeChoice choice = choice(fit);
    assertThat(choice.quantizer()).isEqualTo(Quantizer.THRESHOLD);
    assertThat(choice.localSteps()).isEqualTo(1);
    assertThat(choice.round()).isEqualTo(TRIAL);
    assertThat(choice.costs().computeNs()).isEqualTo(1_000_000);
    CostModel model = new CostModel(choice.costs());
    assertThat(model.bytesPerSecond().orElseThrow()).isBetween(12.4e6, 12.6e6);
    assertThat(model.latencyNs()).isBetween(95_000.0, 105_000.0);
  }

  @Test
  void overAFastLinkATinyNetworkStaysDense() {
    SimulatedRounds fit = rounds(3, TINY, FAST);
    fit.run(TRIAL);
    assertThat(choice(fit).quantizer()).isEqualTo(Quantizer.FLOAT16);
  }

  @Test
  void whereTheExchangeDominatesLocalStepsAreChosenIfTheyAreAllowed() {
    Link slower = new Link(5_000_000, 80, 1_000_000, 1);
    ExchangeConfig most8 = config(Quantizer.AUTO).withLocalSteps(8);
    SimulatedRounds fit = new SimulatedRounds(2, LARGER, most8, slower, 7);
    fit.run(TRIAL);
    assertThat(choice(fit).localSteps()).isEqualTo(8);
    SimulatedRounds none = rounds(2, LARGER, slower);
    none.run(TRIAL);
    assertThat(choice(none).localSteps()).isEqualTo(1);
  }

  /** What is chosen takes no more than 1.02 times what FLOAT16 takes over the same link. */
  @ParameterizedTest(name = "{0} ns + {1} ns/byte, computing {2} ns, codec {3} ns/byte, {4}")
  @CsvSource({
    "100000, 80, 1000000, 1, LARGER", "20000, 0.1, 1000000, 1, TINY",
    "20000, 0.1, 1000, 100, LARGER", "0, 8, 100000, 0, LARGER",
    "500000, 0, 10000, 0, TINY", "50000, 0.8, 20000000, 2, LARGER"
  })
  void isHardlyEverSlowerThanDense(
      long latencyNs, double nsPerByte, long computeNs, double codecNsPerByte, String network) {
    BlockLayout layout = "TINY".equals(network) ? TINY : LARGER;
    Link link = new Link(latencyNs, nsPerByte, computeNs, codecNsPerByte);
    SimulatedRounds auto = rounds(3, layout, link);
    auto.run(TRIAL + 40); // the residual fills again after the choice
    SimulatedRounds dense = new SimulatedRounds(3, layout, config(Quantizer.FLOAT16), link, 7);
    double ratio = (double) auto.run(100) / dense.run(100);
    Figures.note(
        "AUTO chose %s: %.3f times a dense float16 round"
            .formatted(choice(auto).quantizer(), ratio));
    assertThat(ratio).isLessThanOrEqualTo(1.02);
  }

  /** Produced = applied + residuals, exactly, in every round, whatever the form. */
  @Test
  void noMassIsLostWhenTheFormChanges() {
    long seed = new Random().nextLong();
    SimulatedRounds fit = new SimulatedRounds(3, LARGER, config(Quantizer.AUTO), SLOW, seed);
    double largest = 0;
    double afterFlush = 0;
    for (int round = 0; round < TRIAL + 20; round++) {
      fit.run(1);
      requireBalance(fit, seed);
      double norm = fit.workers.get(0).codec.residualNorm();
      if (round == 30 + ModeTrial.SETTLING_ROUNDS + ModeTrial.MEASURED_ROUNDS - 1) {
        largest = norm;
      } else if (round == 30 + ModeTrial.SETTLING_ROUNDS + ModeTrial.MEASURED_ROUNDS) {
        afterFlush = norm;
      }
    }
    assertThat(choice(fit).quantizer()).isEqualTo(Quantizer.THRESHOLD);
    assertThat(largest).as("seed %d", seed).isGreaterThan(10);
    assertThat(afterFlush).as("seed %d", seed).isLessThan(largest / 100);
  }

  private static void requireBalance(SimulatedRounds fit, long seed) {
    double[] open = new double[fit.layout.parameterCount()];
    for (Worker worker : fit.workers) {
      float[] residual = worker.codec.residual();
      for (int i = 0; i < open.length; i++) {
        open[i] += (double) worker.produced[i] - residual[i];
      }
      assertThat(worker.applied).isEqualTo(fit.workers.get(0).applied);
    }
    float[] applied = fit.workers.get(0).applied;
    for (int i = 0; i < open.length; i++) {
      if (open[i] != applied[i]) {
        throw new AssertionError(
            "seed %d, round %d, entry %d: sent %s, applied %s"
                .formatted(seed, fit.rounds, i, open[i], applied[i]));
      }
    }
  }

  @Test
  void theChoiceIsMadeWithoutAWorkerThatIsLostWhileAllMeasure() {
    SimulatedRounds fit = rounds(3, LARGER, SLOW);
    fit.run(TRIAL - 20);
    fit.workers.remove(0);
    fit.run(20);
    assertThat(choice(fit).quantizer()).isEqualTo(Quantizer.THRESHOLD);
    assertThat(choice(fit).costs().computeNs()).isEqualTo(990_000);
  }

  @Test
  void aJoinerGoesWithTheOthersBeforeAndAfterTheChoice() {
    for (int joinsAt : new int[] {10, TRIAL - 5, TRIAL - 1, TRIAL, TRIAL + 9}) {
      SimulatedRounds fit = rounds(2, LARGER, SLOW);
      fit.run(joinsAt);
      ByteBuffer state = fit.workers.get(1).save();
      fit.add(5).codec.restore(0, state);
      fit.run(TRIAL + 20 - joinsAt);
      assertThat(choice(fit).round()).as("joins at %d", joinsAt).isEqualTo(TRIAL);
      Worker joiner = fit.workers.get(2);
      assertThat(joiner.save()).isEqualTo(fit.workers.get(0).save());
    }
  }

  @Test
  void theTrialBeginsAnewIfNobodyHasSeenEnoughOfIt() {
    SimulatedRounds fit = rounds(2, LARGER, SLOW);
    fit.run(TRIAL - 5);
    ByteBuffer state = fit.workers.get(0).save();
    fit.workers.clear(); // as when a fit is resumed from a checkpoint
    fit.add(0).codec.restore(0, state.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    fit.add(1).codec.restore(0, state);
    fit.run(5);
    assertThat(fit.workers.get(0).codec.choice()).isEmpty();
    fit.run(TRIAL - 30);
    assertThat(choice(fit).quantizer()).isEqualTo(Quantizer.THRESHOLD);
  }

  @Test
  void aChoiceStandsWhenAnOlderStateIsRestored() {
    SimulatedRounds fit = rounds(2, LARGER, SLOW);
    fit.run(TRIAL - 10);
    ByteBuffer before = fit.workers.get(0).save();
    fit.run(20);
    ModeChoice choice = choice(fit);
    for (Worker worker : fit.workers) {
      worker.codec.restore(0, before.duplicate().order(ByteOrder.LITTLE_ENDIAN));
    }
    fit.run(30);
    assertThat(choice(fit)).isEqualTo(choice);
  }

  @Test
  void refusesAStateThatIsNone() {
    SimulatedRounds fit = rounds(1, LARGER, SLOW);
    fit.run(TRIAL);
    byte[] good = bytes(fit.workers.get(0).save());
    byte[] negativeRound = good.clone();
    negativeRound[7] = -1;
    byte[] otherForm = good.clone();
    otherForm[9] = 0;
    byte[] manySteps = good.clone();
    manySteps[10] = 2;
    for (byte[] bad : new byte[][] {negativeRound, otherForm, manySteps}) {
      ByteBuffer state = ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> fit.add(0).codec.restore(0, state))
          .withMessageMatching(".*(a trial's state must have|a choice must be).*");
    }
  }

  @Test
  void refusesPayloadsOfAnotherFormAndReportsThatAreNone() throws CorruptPayloadException {
    SimulatedRounds fit = rounds(1, TINY, SLOW);
    Worker worker = fit.workers.get(0);
    ByteBuffer payload = ByteBuffer.allocate(TINY.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
    float[] zeros = new float[TINY.parameterCount()];
    worker.codec.encode(zeros, payload);
    byte[] sent = bytes(payload.flip());
    requireRefused(worker, new byte[1], "must begin with its form");
    requireRefused(worker, with(sent, 0, 2), "must be of form 1 as on every replica, but is");
    requireRefused(worker, with(sent, 1, 1), "in a round of reports");
    requireRefused(worker, with(sent, 1, 7), "7 must say");
    worker.codec.add(payload);
    worker.codec.takeAggregate(zeros);

    fit.run(TRIAL - 2); // the next round's payloads carry reports
    worker.codec.encode(zeros, payload.clear());
    byte[] reporting = bytes(payload.flip());
    assertThat(reporting[1]).isEqualTo((byte) 1);
    requireRefused(worker, with(reporting, 9, 0x80), "a report cannot be read: computeNs");
    requireRefused(worker, Arrays.copyOf(reporting, 20), "in a round of reports");
    worker.codec.add(payload);
    worker.codec.takeAggregate(zeros);
    assertThat(worker.codec.choice()).isPresent();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static byte[] with(byte[] sent, int at, int value) {
    byte[] changed = sent.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static void requireRefused(Worker worker, byte[] payload, String why) {
    assertThatExceptionOfType(CorruptPayloadException.class)
        .isThrownBy(() -> worker.codec.add(ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN)))
        .withMessageContaining(why);
  }
}

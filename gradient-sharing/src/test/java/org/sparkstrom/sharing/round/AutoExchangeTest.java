// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.threshold.FixedThreshold;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;
import org.sparkstrom.sharing.transport.Transport;

/** Exchanges that choose by cost how updates are shared. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class AutoExchangeTest {
  private static final int WORKERS = 3;
  private static final int TRIAL =
      ModeTrial.LEAST_WARMUP_ROUNDS
          + 2 * (ModeTrial.SETTLING_ROUNDS + ModeTrial.MEASURED_ROUNDS)
          + 1;

  private static ExchangeConfig config(ThresholdPolicy policy) {
    return new ExchangeConfig(Quantizer.AUTO, Aggregation.SUM, policy, Duration.ofSeconds(10), 5);
  }

  /** A link that makes its worker's clock go on, and no one wait. */
  private static final class SimulatedLink extends DisturbedTransport {
    private final AtomicLong clockNs;
    private final double nsPerByte;

    SimulatedLink(Transport honest, AtomicLong clockNs, double nsPerByte) {
      super(honest);
      this.clockNs = clockNs;
      this.nsPerByte = nsPerByte;
    }

    @Override
    public void send(int rank, ByteBuffer frame) {
      clockNs.addAndGet(20_000 + (long) (nsPerByte * frame.remaining()));
      super.send(rank, frame);
    }
  }

  @ParameterizedTest(name = "{0} ns/byte, {1} parameters: {2}")
  @CsvSource({"80, 20000, THRESHOLD", "0.1, 50, FLOAT16"})
  void theLinkDecidesAndAllWorkersAgree(double nsPerByte, int parameters, Quantizer expected)
      throws Exception {
    BlockLayout layout = BlockLayout.of(parameters, 7);
    AtomicLong[] clocks =
        IntStream.range(0, WORKERS).mapToObj(r -> new AtomicLong()).toArray(AtomicLong[]::new);
    AtomicLong opened = new AtomicLong();
    float[][] replicas = new float[WORKERS][layout.parameterCount()];
    ModeChoice[] choices = new ModeChoice[WORKERS];
    try (Mesh mesh =
        new Mesh(
            WORKERS,
            transport ->
                new SimulatedLink(transport, clocks[(int) opened.getAndIncrement()], nsPerByte),
            () -> {})) {
      Mesh.inParallel(
          WORKERS,
          rank -> {
            SynchronousExchange exchange =
                new SynchronousExchange(
                    mesh.peering(rank),
                    layout,
                    config(new TargetDensity(0.01, 20, -6)),
                    ReplicaState.NONE,
                    clocks[rank]::get);
            Random random = new Random(rank);
            for (int step = 0; step < TRIAL + 5; step++) {
              clocks[rank].addAndGet(1_000_000);
              step(exchange, replicas[rank], random);
              assertThat(exchange.choice().isPresent()).isEqualTo(step >= TRIAL - 1);
            }
            choices[rank] = exchange.choice().orElseThrow();
          });
    }
    assertThat(choices).containsOnly(choices[0]);
    assertThat(choices[0].quantizer()).isEqualTo(expected);
    assertThat(choices[0].costs().computeNs()).isEqualTo(1_000_000);
    assertThat(replicas[0]).isNotEqualTo(new float[layout.parameterCount()]);
    for (float[] replica : replicas) {
      assertThat(replica).isEqualTo(replicas[0]);
    }
  }

  /** One that dies while all measure, and one that comes in its place: no word of either. */
  @ParameterizedTest(name = "dies at step {0}")
  @ValueSource(ints = {40, 66, 72})
  void aLossWhileAllMeasureNeitherHangsNorSplitsTheChoice(int dieAt) throws Exception {
    int steps = TRIAL + 40;
    long heldAt = dieAt + 3L;
    try (ElasticFit fit = new ElasticFit(3, 2, config(new FixedThreshold(1)), steps)) {
      List<ElasticWorker> all =
          IntStream.range(0, 3).mapToObj(rank -> new ElasticWorker(fit, rank)).toList();
      all.get(1).dieAt(dieAt, 1);
      all.get(0).holdAt = heldAt;
      all.get(2).holdAt = heldAt;
      all.forEach(fit::start);
      fit.awaitGone(all.get(1));
      ElasticFit.await("both hold", () -> all.get(0).steps == heldAt && all.get(2).steps == heldAt);
      ElasticWorker joiner = fit.start(1);
      ElasticFit.await("a view with the joiner", () -> joiner.view != null);
      all.get(0).holdAt = Long.MAX_VALUE;
      all.get(2).holdAt = Long.MAX_VALUE;
      for (ElasticWorker worker : List.of(all.get(0), all.get(2), joiner)) {
        worker.awaitEnd();
      }
      Ledger.of(fit.workers).check(Synchrony.SYNC, steps);
      Optional<ModeChoice> choice = all.get(0).exchange.choice();
      assertThat(choice).isPresent();
      assertThat(all.get(2).exchange.choice()).isEqualTo(choice);
      assertThat(joiner.firstStep).isPositive();
      assertThat(joiner.exchange.choice()).isEqualTo(choice);
    }
  }

  /** Workers that compute next to nothing and wait for each other: the exchange dominates. */
  @Test
  void localStepsBeginWithTheChoiceAndReplicasEndEqual() throws Exception {
    int most = 4;
    int steps = TRIAL + 4 * most + 2;
    BlockLayout layout = BlockLayout.of(40, 3);
    float[][] replicas = new float[WORKERS][layout.parameterCount()];
    long[] rounds = new long[WORKERS];
    ModeChoice[] choices = new ModeChoice[WORKERS];
    try (Mesh mesh = new Mesh(WORKERS)) {
      Mesh.inParallel(
          WORKERS,
          rank -> {
            UpdateExchange exchange =
                UpdateExchange.open(
                    mesh.peering(rank),
                    layout,
                    config(new FixedThreshold(0.5f)).withLocalSteps(most),
                    replicas[rank],
                    ReplicaState.NONE);
            Random random = new Random(rank);
            for (int step = 0; step < steps; step++) {
              step(exchange, replicas[rank], random);
            }
            float[] last = new float[layout.parameterCount()];
            exchange.drain(last);
            replicas[rank] = last;
            rounds[rank] = exchange.counters().rounds();
            choices[rank] = exchange.choice().orElseThrow();
          });
    }
    ModeChoice choice = choices[0];
    assertThat(choices).containsOnly(choice);
    assertThat(choice.localSteps()).isEqualTo(most);
    assertThat(rounds).containsOnly(TRIAL + (steps - TRIAL + most - 1) / most);
    assertThat(Arrays.equals(replicas[0], new float[layout.parameterCount()])).isFalse();
    for (float[] replica : replicas) {
      assertThat(replica).isEqualTo(replicas[0]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PIPELINED", "ASYNC"})
  void needsRoundsThatTakeWhatTheyCost(Synchrony synchrony) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(new FixedThreshold(1)).with(synchrony))
        .withMessage(
            "the quantizer AUTO needs the synchrony SYNC, in which a round takes what it costs, but"
                + " has %s; choose FLOAT16 or THRESHOLD for it",
            synchrony);
  }

  private static void step(UpdateExchange exchange, float[] replica, Random random) {
    float[] update = new float[replica.length];
    for (int i = 0; i < update.length; i++) {
      update[i] = 0.01f * (float) random.nextGaussian();
    }
    exchange.exchange(update);
    for (int i = 0; i < update.length; i++) {
      replica[i] = exchange.outcome() == Outcome.PARAMETERS ? update[i] : replica[i] - update[i];
    }
  }
}

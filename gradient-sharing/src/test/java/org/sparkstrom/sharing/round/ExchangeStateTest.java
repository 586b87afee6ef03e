// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.threshold.FixedThreshold;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.topology.Topology;

/** Exchanges that go on in another fit where one has stopped. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ExchangeStateTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(600, 20, 90);
  private static final int LENGTH = LAYOUT.parameterCount();
  private static final int WORKERS = 3;
  private static final int STEPS = 40;
  private static final int STOP = 17;

  static Stream<Arguments> modes() {
    return Stream.of(
        Arguments.of("threshold in step", config(Quantizer.THRESHOLD)),
        Arguments.of("whole updates in step", config(Quantizer.NONE)),
        Arguments.of("float16 in step", config(Quantizer.FLOAT16)),
        Arguments.of("by cost", config(Quantizer.AUTO)),
        Arguments.of("threshold pipelined", config(Quantizer.THRESHOLD).with(Synchrony.PIPELINED)),
        Arguments.of("float16 pipelined", config(Quantizer.FLOAT16).with(Synchrony.PIPELINED)),
        Arguments.of("threshold in regions", config(Quantizer.THRESHOLD).with(Topology.REGIONS)),
        Arguments.of("threshold every 4 steps", config(Quantizer.THRESHOLD).withLocalSteps(4)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  void goesOnAsIfItHadNeverStopped(String name, ExchangeConfig config) throws Exception {
    float[][] whole = new float[WORKERS][LENGTH];
    ExchangeState[] states = run(config, whole, 0, STEPS, new ExchangeState[WORKERS]);
    float[][] parts = new float[WORKERS][LENGTH];
    ExchangeState[] halfway = run(config, parts, 0, STOP, new ExchangeState[WORKERS]);
    ExchangeState[] end = run(config, parts, STOP, STEPS, halfway);

    assertThat(whole[0]).isNotEqualTo(new float[LENGTH]);
    for (int rank = 0; rank < WORKERS; rank++) {
      assertThat(parts[rank]).as("%s, worker %d", name, rank).isEqualTo(whole[rank]);
      assertThat(end[rank]).isEqualTo(states[rank]);
      assertThat(end[rank].common()).isEqualTo(end[0].common());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  void aWorkerWithoutAnOwnPartStartsWithoutResidual(String name, ExchangeConfig config)
      throws Exception {
    if (config.topology() == Topology.REGIONS) {
      return; // a view over regions is complete or the fit has ended
    }
    float[][] replicas = new float[WORKERS][LENGTH];
    ExchangeState[] states = run(config, replicas, 0, STOP, new ExchangeState[WORKERS]);
    states[1] = states[0].forNewcomer();
    run(config, replicas, STOP, STEPS, states);
    for (float[] replica : replicas) {
      assertThat(replica).as(name).isEqualTo(replicas[0]);
    }
  }

  @Test
  void asynchronousWorkersSettleBeforeTheyAreSaved() throws Exception {
    ExchangeConfig config = config(Quantizer.THRESHOLD).with(Synchrony.ASYNC);
    float[][] replicas = new float[WORKERS][LENGTH];
    ExchangeState[] states = run(config, replicas, 0, STOP, new ExchangeState[WORKERS]);
    for (float[] replica : replicas) {
      assertThat(replica).isEqualTo(replicas[0]).isNotEqualTo(new float[LENGTH]);
    }
    try (Mesh mesh = new Mesh(WORKERS)) {
      AsynchronousExchange resumed =
          new AsynchronousExchange(mesh.peering(1), LAYOUT, config, replicas[1]);
      resumed.restore(states[1]);
      assertThat(resumed.save()).isEqualTo(states[1]);
    }
  }

  @Test
  void refusesBytesThatDoNotFit() throws Exception {
    ExchangeConfig pipelined = config(Quantizer.THRESHOLD).with(Synchrony.PIPELINED);
    ExchangeState[] states =
        run(pipelined, new float[WORKERS][LENGTH], 0, STOP, new ExchangeState[WORKERS]);
    try (Mesh mesh = new Mesh(WORKERS)) {
      SynchronousExchange inStep =
          new SynchronousExchange(mesh.peering(0), LAYOUT, config(Quantizer.THRESHOLD));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> inStep.restore(states[0]))
          .withMessage("an exchange's state must have 0 to 0 rounds in flight, but has 1");
      for (int cut : new int[] {1, 5, states[0].own().capacity() - LENGTH * Float.BYTES}) {
        ByteBuffer own = states[0].own();
        ExchangeState damaged =
            new ExchangeState(states[0].common(), own.slice(0, own.capacity() - cut));
        SynchronousExchange other = new SynchronousExchange(mesh.peering(1), LAYOUT, pipelined);
        assertThatIllegalArgumentException().isThrownBy(() -> other.restore(damaged));
      }
      ExchangeState shortCommon =
          new ExchangeState(states[0].common().slice(0, 9), states[0].own());
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  new SynchronousExchange(mesh.peering(2), LAYOUT, pipelined).restore(shortCommon))
          .withMessageContaining("the common part of an exchange's state must have");
    }
  }

  @Test
  void refusesANonFiniteResidual() throws Exception {
    ExchangeState[] states =
        run(
            config(Quantizer.FLOAT16),
            new float[WORKERS][LENGTH],
            0,
            3,
            new ExchangeState[WORKERS]);
    states[0].own().putFloat(1 + 8 * Float.BYTES, Float.NaN);
    try (Mesh mesh = new Mesh(WORKERS)) {
      SynchronousExchange exchange =
          new SynchronousExchange(mesh.peering(0), LAYOUT, config(Quantizer.FLOAT16));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> exchange.restore(states[0]))
          .withMessage("a residual must be finite, but holds NaN");
    }
  }

  @Test
  void canBeGoneBackToWhileNothingIsInFlight() {
    try (Mesh mesh = new Mesh(1)) {
      SynchronousExchange exchange =
          new SynchronousExchange(mesh.peering(0), LAYOUT, config(Quantizer.THRESHOLD));
      step(exchange, new float[LENGTH], new Random(1));
      ExchangeState state = exchange.save();
      float[] first = new float[LENGTH];
      step(exchange, first, new Random(2));
      exchange.restore(state);
      float[] again = new float[LENGTH];
      step(exchange, again, new Random(2));
      assertThat(again).isEqualTo(first).isNotEqualTo(new float[LENGTH]);

      SynchronousExchange pipelined =
          new SynchronousExchange(
              mesh.peering(0), LAYOUT, config(Quantizer.THRESHOLD).with(Synchrony.PIPELINED));
      step(pipelined, new float[LENGTH], new Random(1));
      assertThatIllegalStateException()
          .isThrownBy(() -> pipelined.restore(state))
          .withMessageContaining("while no round is in flight");
    }
  }

  /** Steps from one number to another, in a fit of their own; returns the states at the end. */
  private static ExchangeState[] run(
      ExchangeConfig config, float[][] replicas, int from, int to, ExchangeState[] states)
      throws Exception {
    ExchangeState[] ends = new ExchangeState[WORKERS];
    try (Mesh mesh = new Mesh(WORKERS)) {
      Mesh.inParallel(
          WORKERS,
          rank -> {
            try (UpdateExchange exchange =
                UpdateExchange.open(
                    mesh.peering(rank), LAYOUT, config, replicas[rank], ReplicaState.NONE)) {
              if (states[rank] != null) {
                exchange.restore(states[rank]);
              }
              for (int step = from; step < to; step++) {
                step(exchange, replicas[rank], new Random(1000L * rank + step));
                if (step == STOP - 1) {
                  exchange.settle(replicas[rank]);
                }
              }
              exchange.settle(replicas[rank]);
              ends[rank] = exchange.save();
            }
          });
    }
    return ends;
  }

  private static void step(UpdateExchange exchange, float[] replica, Random random) {
    float[] update = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      update[i] = (float) (0.1 * random.nextGaussian());
    }
    exchange.exchange(update);
    for (int i = 0; i < LENGTH; i++) {
      replica[i] = exchange.outcome() == Outcome.PARAMETERS ? update[i] : replica[i] - update[i];
    }
  }

  private static ExchangeConfig config(Quantizer quantizer) {
    ExchangeConfig base =
        Mesh.thresholdConfig(
            quantizer == Quantizer.THRESHOLD
                ? new TargetDensity(0.02, 10, -4)
                : new FixedThreshold(1),
            Aggregation.MEAN);
    return new ExchangeConfig(
        quantizer,
        base.aggregation(),
        base.thresholdPolicy(),
        base.roundTimeout(),
        base.modelFingerprint());
  }
}

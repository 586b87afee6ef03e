// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.membership.SharingAbortedException;
import org.sparkstrom.sharing.threshold.FixedThreshold;

/** Rounds among peers that are silent, of another kind, or attacked. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ExchangeFaultTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(200, 10);
  private static final int LENGTH = LAYOUT.parameterCount();

  @Test
  void aRoundThatTimesOutNamesWhoIsMissingAndWhoIsNot() throws Exception {
    try (Mesh mesh = new Mesh(3)) {
      List<SynchronousExchange> exchanges =
          mesh.exchanges(LAYOUT, Mesh.impatientConfig(Duration.ofMillis(300)));
      Mesh.inParallel(
          2,
          rank ->
              assertThatExceptionOfType(RoundFailedException.class)
                  .isThrownBy(() -> exchanges.get(rank).exchange(new float[LENGTH]))
                  .withMessageContaining("round 1 on worker " + rank)
                  .withMessageContaining("roundTimeout = PT0.3S")
                  .withMessageContaining("missing of: [worker 2 (thread 2)]")
                  .withMessageContaining("arrived of: [worker " + (1 - rank))
                  .withMessageContaining("rejected frames: none")
                  .withMessageContaining("own frame sent: true"));
    }
  }

  @Test
  void aPeerThatNeverOpensItsTransportEndsTheRoundAtTheDeadline() {
    try (Mesh mesh = new Mesh(2)) {
      mesh.peering(1).transport().close();
      SynchronousExchange exchange =
          new SynchronousExchange(
              mesh.peering(0), LAYOUT, Mesh.impatientConfig(Duration.ofMillis(100)));

      assertThatExceptionOfType(RoundFailedException.class)
          .isThrownBy(() -> exchange.exchange(new float[LENGTH]))
          .withMessageContaining("connected to all peers: false");
    }
  }

  @Test
  void aWorkerWithoutPeersStopsWhenTheFitHasEndedToo() {
    AtomicInteger checks = new AtomicInteger();
    try (Mesh mesh =
        new Mesh(
            1,
            UnaryOperator.identity(),
            () -> {
              if (checks.incrementAndGet() > 2) {
                throw new SharingAbortedException("the driver has ended the fit");
              }
            })) {
      SynchronousExchange exchange =
          new SynchronousExchange(mesh.peering(0), LAYOUT, Mesh.denseConfig(Aggregation.MEAN));
      exchange.exchange(new float[LENGTH]);
      exchange.exchange(new float[LENGTH]);

      assertThatExceptionOfType(SharingAbortedException.class)
          .isThrownBy(() -> exchange.exchange(new float[LENGTH]))
          .withMessageContaining("the driver has ended the fit");
    }
  }

  @Test
  void theCoordinatorsReasonEndsTheWaitBeforeTheDeadline() {
    AtomicInteger checks = new AtomicInteger();
    try (Mesh mesh =
        new Mesh(
            2,
            UnaryOperator.identity(),
            () -> {
              if (checks.incrementAndGet() > 5) {
                throw new SharingAbortedException("worker 1 was lost");
              }
            })) {
      SynchronousExchange exchange =
          new SynchronousExchange(mesh.peering(0), LAYOUT, Mesh.denseConfig(Aggregation.MEAN));

      assertThatExceptionOfType(SharingAbortedException.class)
          .isThrownBy(() -> exchange.exchange(new float[LENGTH]))
          .withMessage("worker 1 was lost");
    }
  }

  @Test
  void framesOfAnotherModelAreCountedInTheError() throws Exception {
    Duration timeout = Duration.ofMillis(300);
    ExchangeConfig other =
        new ExchangeConfig(
            Quantizer.THRESHOLD, Aggregation.MEAN, new FixedThreshold(1), timeout, 6);
    try (Mesh mesh = new Mesh(2)) {
      List<SynchronousExchange> exchanges =
          List.of(
              new SynchronousExchange(mesh.peering(0), LAYOUT, Mesh.impatientConfig(timeout)),
              new SynchronousExchange(mesh.peering(1), LAYOUT, other));
      Mesh.inParallel(
          2,
          rank ->
              assertThatExceptionOfType(RoundFailedException.class)
                  .isThrownBy(() -> exchanges.get(rank).exchange(new float[LENGTH]))
                  .withMessageContaining("rejected frames: OTHER_MODEL=1"));
    }
  }

  @Test
  void aPeerWithAnotherThresholdIsNamed() throws Exception {
    ExchangeConfig coarse = Mesh.thresholdConfig(new FixedThreshold(1), Aggregation.MEAN);
    ExchangeConfig fine = Mesh.thresholdConfig(new FixedThreshold(0.5f), Aggregation.MEAN);
    try (Mesh mesh = new Mesh(2)) {
      List<SynchronousExchange> exchanges =
          List.of(
              new SynchronousExchange(mesh.peering(0), LAYOUT, coarse),
              new SynchronousExchange(mesh.peering(1), LAYOUT, fine));
      float[] update = new float[LENGTH];
      update[0] = 1;
      Mesh.inParallel(
          2,
          rank ->
              assertThatExceptionOfType(RoundFailedException.class)
                  .isThrownBy(() -> exchanges.get(rank).exchange(update.clone()))
                  .withMessageContaining("cannot read the payload of worker " + (1 - rank))
                  .withMessageContaining("block 0 must have threshold exponent"));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void damagedReplayedAndForeignFramesChangeNothing(long seed) throws Exception {
    int rounds = 60;
    float[][] quiet = run(seed, rounds, new Mesh(2));
    AtomicInteger transports = new AtomicInteger();
    Mesh attacked =
        new Mesh(
            2,
            transport ->
                new HostileTransport(transport, new Random(seed + transports.getAndIncrement())),
            () -> {});
    float[][] disturbed = run(seed, rounds, attacked);

    assertThat(disturbed).isDeepEqualTo(quiet);
    assertThat(disturbed[0]).isEqualTo(disturbed[1]);
  }

  private static float[][] run(long seed, int rounds, Mesh mesh) throws Exception {
    float[][] applied = new float[2][LENGTH];
    try (mesh) {
      List<SynchronousExchange> exchanges =
          mesh.exchanges(LAYOUT, Mesh.thresholdConfig(new FixedThreshold(0.5f), Aggregation.SUM));
      Mesh.inParallel(
          2,
          rank -> {
            Random random = new Random(seed * 10 + rank);
            float[] update = new float[LENGTH];
            for (int round = 0; round < rounds; round++) {
              for (int i = 0; i < LENGTH; i++) {
                update[i] = random.nextFloat() - 0.5f;
              }
              exchanges.get(rank).exchange(update);
              for (int i = 0; i < LENGTH; i++) {
                applied[rank][i] += update[i];
              }
            }
          });
      boolean hostile = mesh.peering(0).transport() instanceof HostileTransport;
      for (SynchronousExchange exchange : exchanges) {
        long rejected = exchange.counters().rejectedFrames();
        assertThat(rejected).isEqualTo(hostile ? (rounds * HostileTransport.BAD_PER_FRAME) : 0L);
      }
    }
    return applied;
  }
}

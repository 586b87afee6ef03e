// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.NonFiniteUpdateException;
import org.sparkstrom.sharing.threshold.FixedThreshold;
import org.sparkstrom.sharing.threshold.TargetDensity;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SynchronousExchangeTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(3000, 20, 500, 10);
  private static final int LENGTH = LAYOUT.parameterCount();

  @ParameterizedTest(name = "{0} workers, seed {1}")
  @CsvSource({"1, 1", "2, 2", "2, 3", "3, 4", "4, 5"})
  void allReplicasApplyTheSameBits(int workers, long seed) throws Exception {
    int rounds = 200;
    float[][] parameters = new float[workers][LENGTH];
    try (Mesh mesh = new Mesh(workers)) {
      List<SynchronousExchange> exchanges =
          mesh.exchanges(
              LAYOUT, Mesh.thresholdConfig(new TargetDensity(0.01, 50, -6), Aggregation.MEAN));
      Mesh.inParallel(
          workers,
          rank -> {
            Random random = new Random(seed * 100 + rank);
            float[] update = new float[LENGTH];
            for (int round = 0; round < rounds; round++) {
              fillGaussian(random, update, 0.01f);
              exchanges.get(rank).exchange(update);
              add(parameters[rank], update);
            }
          });

      assertThat(exchanges).allMatch(exchange -> exchange.counters().rounds() == rounds);
    }
    assertThat(parameters[0]).isNotEqualTo(new float[LENGTH]);
    for (float[] replica : parameters) {
      assertThat(replica).isEqualTo(parameters[0]);
    }
  }

  @ParameterizedTest
  @EnumSource(Aggregation.class)
  void withoutQuantizerTheAggregateIsThatOfADoubleLoop(Aggregation aggregation) throws Exception {
    int workers = 3;
    float[][] updates = new float[workers][LENGTH];
    Random random = new Random(6);
    for (float[] update : updates) {
      fillGaussian(random, update, 1);
    }
    float[] expected = new float[LENGTH];
    double scale = aggregation == Aggregation.MEAN ? 1.0 / workers : 1;
    for (int i = 0; i < LENGTH; i++) {
      expected[i] = (float) (((double) updates[0][i] + updates[1][i] + updates[2][i]) * scale);
    }
    try (Mesh mesh = new Mesh(workers)) {
      List<SynchronousExchange> exchanges = mesh.exchanges(LAYOUT, Mesh.denseConfig(aggregation));
      Mesh.inParallel(workers, rank -> exchanges.get(rank).exchange(updates[rank]));
    }
    assertThat(updates).isDeepEqualTo(new float[][] {expected, expected, expected});
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void whatWasProducedIsAppliedOrStaysInAResidual(long seed) throws Exception {
    int workers = 4;
    ExchangeConfig config = Mesh.thresholdConfig(new TargetDensity(0.05, 10, -4), Aggregation.MEAN);
    Random random = new Random(seed);
    ThresholdRoundCodec[] codecs = new ThresholdRoundCodec[workers];
    for (int rank = 0; rank < workers; rank++) {
      codecs[rank] = new ThresholdRoundCodec(config, LAYOUT, workers);
    }
    double[] balance = new double[LENGTH];
    float[] update = new float[LENGTH];
    for (int round = 0; round < 60; round++) {
      RoundPayloads payloads = new RoundPayloads(LAYOUT);
      for (ThresholdRoundCodec codec : codecs) {
        fillDyadic(random, update);
        addTo(balance, update, 1);
        payloads.encode(codec, update);
      }
      for (ThresholdRoundCodec codec : codecs) {
        payloads.aggregate(codec, update);
      }
      addTo(balance, update, -workers);
    }
    for (ThresholdRoundCodec codec : codecs) {
      addTo(balance, codec.residual(), -1);
    }
    assertThat(balance).containsOnly(0.0);
  }

  @Test
  void countsWhatItSends() throws Exception {
    try (Mesh mesh = new Mesh(3)) {
      List<SynchronousExchange> exchanges =
          mesh.exchanges(LAYOUT, Mesh.thresholdConfig(new FixedThreshold(1), Aggregation.SUM));
      Mesh.inParallel(
          3,
          rank -> {
            float[] update = new float[LENGTH];
            update[rank] = 1.5f;
            exchanges.get(rank).exchange(update);
            assertThat(update).startsWith(1f, 1f, 1f, 0f);
          });

      ExchangeCounters counters = exchanges.get(0).counters();
      assertThat(counters.rounds()).isEqualTo(1);
      assertThat(counters.nonZeros()).isEqualTo(1);
      assertThat(counters.denseBytes()).isEqualTo(2L * 4 * LENGTH);
      assertThat(counters.bytesSent())
          .isEqualTo(2 * (48 + 7 + 3 + 16)); // header, one entry, three empty blocks, tag
      assertThat(counters.rejectedFrames()).isZero();
    }
  }

  @Test
  void tellsHowItIsDoing() throws Exception {
    try (Mesh mesh = new Mesh(3)) {
      List<SynchronousExchange> exchanges =
          mesh.exchanges(LAYOUT, Mesh.thresholdConfig(new FixedThreshold(1), Aggregation.SUM));
      assertThat(exchanges.get(0).metrics().blocks()).isEmpty();
      Mesh.inParallel(
          3,
          rank -> {
            float[] update = new float[LENGTH];
            update[0] = 1.5f;
            exchanges.get(rank).exchange(update);
            exchanges.get(rank).exchange(new float[LENGTH]);
          });

      ExchangeMetrics metrics = exchanges.get(0).metrics();
      assertThat(metrics.counters()).isEqualTo(exchanges.get(0).counters());
      assertThat(metrics.framesSent()).isEqualTo(4);
      assertThat(metrics.residualNorm()).isEqualTo(0.5);
      assertThat(metrics.blocks()).hasSize(LAYOUT.blockCount());
      assertThat(metrics.blocks()).containsOnly(new BlockMetrics(0, 1f));
      RoundTimes times = metrics.times();
      assertThat(times.encodeNs()).isPositive();
      assertThat(times.waitNs()).isPositive();
      assertThat(times.applyNs()).isPositive();
    }
  }

  @Test
  void aLoneWorkerUsesTheSameCodecAndNoTransport() {
    try (Mesh mesh = new Mesh(1)) {
      SynchronousExchange exchange =
          mesh.exchanges(LAYOUT, Mesh.thresholdConfig(new FixedThreshold(1), Aggregation.MEAN))
              .get(0);
      mesh.peering(0).transport().close();
      float[] update = new float[LENGTH];
      update[0] = 0.75f;
      exchange.exchange(update);
      assertThat(update[0]).isZero();
      update[0] = 0.75f;
      exchange.exchange(update);
      assertThat(update[0]).isEqualTo(1);
      assertThat(exchange.counters().bytesSent()).isZero();
    }
  }

  @Test
  void refusesAnUpdateOfAnotherLength() {
    try (Mesh mesh = new Mesh(1)) {
      SynchronousExchange exchange =
          mesh.exchanges(LAYOUT, Mesh.denseConfig(Aggregation.MEAN)).get(0);

      assertThatIllegalArgumentException()
          .isThrownBy(() -> exchange.exchange(new float[1]))
          .withMessage("an update must have 3530 entries as the layout, but has 1");
    }
  }

  @Test
  void afterADivergedUpdateTheExchangeIsClosed() {
    try (Mesh mesh = new Mesh(1)) {
      SynchronousExchange exchange =
          mesh.exchanges(LAYOUT, Mesh.denseConfig(Aggregation.MEAN)).get(0);
      float[] update = new float[LENGTH];
      update[3001] = Float.NaN;

      assertThatExceptionOfType(NonFiniteUpdateException.class)
          .isThrownBy(() -> exchange.exchange(update))
          .withMessageContaining("entry 1 of block 1");
      assertThatIllegalStateException()
          .isThrownBy(() -> exchange.exchange(new float[LENGTH]))
          .withMessage("the exchange of worker 0 (thread 0) is closed");
      exchange.close();
      assertThat(exchange.counters().rounds()).isZero();
    }
  }

  private static void fillGaussian(Random random, float[] update, float scale) {
    for (int i = 0; i < update.length; i++) {
      update[i] = scale * (float) random.nextGaussian();
    }
  }

  /** Multiples of 2^-10 below 2: sums of all rounds and workers are exact in float32. */
  private static void fillDyadic(Random random, float[] update) {
    for (int i = 0; i < update.length; i++) {
      update[i] = (random.nextInt(1 << 12) - (1 << 11)) / 1024f;
    }
  }

  private static void add(float[] parameters, float[] update) {
    for (int i = 0; i < update.length; i++) {
      parameters[i] -= update[i];
    }
  }

  private static void addTo(double[] sums, float[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      sums[i] += factor * values[i];
    }
  }
}

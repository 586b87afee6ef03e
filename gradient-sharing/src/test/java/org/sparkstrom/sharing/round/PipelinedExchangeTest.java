// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.threshold.FixedThreshold;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;

/** Rounds of which each travels while the next step is computed. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PipelinedExchangeTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(300, 20);
  private static final int LENGTH = LAYOUT.parameterCount();

  private static ExchangeConfig config(Quantizer quantizer, ThresholdPolicy policy) {
    return new ExchangeConfig(quantizer, Aggregation.SUM, policy, Duration.ofSeconds(20), 5)
        .with(Synchrony.PIPELINED);
  }

  @Test
  void returnsTheAggregateOfTheRoundBeforeAndTheLastOneWhenDrained() throws Exception {
    try (Mesh mesh = new Mesh(2)) {
      List<SynchronousExchange> exchanges =
          mesh.exchanges(LAYOUT, config(Quantizer.NONE, new FixedThreshold(1)));
      Mesh.inParallel(
          2,
          rank -> {
            float[] update = new float[LENGTH];
            for (int round = 1; round <= 5; round++) {
              update[0] = round;
              exchanges.get(rank).exchange(update);
              assertThat(update[0]).isEqualTo(2 * (round - 1));
            }
            exchanges.get(rank).drain(update);
            assertThat(update[0]).isEqualTo(10);
            assertThat(exchanges.get(rank).counters().rounds()).isEqualTo(5);
          });
    }
  }

  @Test
  void nothingIsLostOnceItIsDrained() throws Exception {
    int workers = 3;
    float[] balance = new float[LENGTH]; // dyadic, so exact
    float[][] applied = new float[workers][LENGTH];
    try (Mesh mesh = new Mesh(workers)) {
      List<SynchronousExchange> exchanges =
          mesh.exchanges(LAYOUT, config(Quantizer.THRESHOLD, new TargetDensity(0.05, 10, -4)));
      Mesh.inParallel(
          workers,
          rank -> {
            Random random = new Random(7 + rank);
            float[] update = new float[LENGTH];
            for (int round = 0; round < 50; round++) {
              for (int i = 0; i < LENGTH; i++) {
                update[i] = (random.nextInt(1 << 12) - (1 << 11)) / 1024f;
              }
              synchronized (balance) {
                ElasticWorker.add(balance, update, 1);
              }
              exchanges.get(rank).exchange(update);
              ElasticWorker.add(applied[rank], update, 1);
            }
            exchanges.get(rank).drain(update);
            ElasticWorker.add(applied[rank], update, 1);
          });
      for (SynchronousExchange exchange : exchanges) {
        ElasticWorker.add(balance, exchange.residual(), -1);
      }
    }
    assertThat(applied).isDeepEqualTo(new float[][] {balance, balance, balance});
  }

  @ParameterizedTest
  @EnumSource(names = {"SYNC", "PIPELINED"})
  void aDrainedExchangeTakesNoMoreUpdates(Synchrony synchrony) {
    try (Mesh mesh = new Mesh(1)) {
      ExchangeConfig config = config(Quantizer.NONE, new FixedThreshold(1)).with(synchrony);
      SynchronousExchange exchange = mesh.exchanges(LAYOUT, config).get(0);
      float[] update = new float[LENGTH];
      update[3] = 1;
      exchange.drain(update);
      assertThat(update).containsOnly(0);

      assertThatIllegalStateException()
          .isThrownBy(() -> exchange.exchange(update))
          .withMessage("the exchange of worker 0 (thread 0) is drained");
    }
  }

  @Test
  void refusesToBeAsynchronous() {
    try (Mesh mesh = new Mesh(1)) {
      ExchangeConfig config =
          config(Quantizer.THRESHOLD, new FixedThreshold(1)).with(Synchrony.ASYNC);

      assertThatIllegalArgumentException()
          .isThrownBy(() -> mesh.exchanges(LAYOUT, config))
          .withMessageContaining("must be SYNC or PIPELINED, but the synchrony is ASYNC");
    }
  }
}

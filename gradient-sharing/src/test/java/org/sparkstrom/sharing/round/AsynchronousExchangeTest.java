// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.membership.Liveness;
import org.sparkstrom.sharing.threshold.FixedThreshold;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.sharing.threshold.ThresholdPolicy;
import org.sparkstrom.sharing.transport.Transport;

/** Replicas that apply frames as they come, and are equal in the end. */
class AsynchronousExchangeTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(40, 1, 300, 7);
  private static final int LENGTH = LAYOUT.parameterCount();

  @ParameterizedTest(name = "seed {0}, {1} workers")
  @CsvSource({
    "1, 2", "2, 3", "3, 4", "4, 4", "5, 6", "6, 2", "7, 4", "8, 3", "9, 2", "10, 3",
    "11, 4", "12, 5", "13, 6", "14, 2", "15, 3", "16, 4", "17, 5", "18, 6", "19, 4", "20, 4"
  })
  void replicasAreEqualOnceDrainedAndNothingIsLost(long seed, int workers) throws Exception {
    float[] initial = dyadic(new Random(seed), 1);
    double[] produced = new double[LENGTH];
    float[][] parameters = new float[workers][];
    float[][] residuals = new float[workers][];
    try (Mesh mesh = new Mesh(workers, hostile(seed), Liveness.ALWAYS)) {
      List<AsynchronousExchange> exchanges =
          exchanges(mesh, workers, config(new TargetDensity(0.05, 20, -3)), initial);
      Mesh.inParallel(
          workers,
          rank -> {
            Random random = new Random(seed * 100 + rank);
            float[] update = new float[LENGTH];
            for (int round = 0; round < 60; round++) {
              System.arraycopy(dyadic(random, 0.25f), 0, update, 0, LENGTH);
              addTo(produced, update);
              exchanges.get(rank).exchange(update);
              spin(random.nextInt(30_000));
            }
            exchanges.get(rank).drain(update);
            parameters[rank] = update;
            residuals[rank] = exchanges.get(rank).residual();
          });
    }
    for (float[] replica : parameters) {
      assertThat(replica).isEqualTo(parameters[0]);
    }
    for (int i = 0; i < LENGTH; i++) {
      double sent = produced[i];
      for (float[] residual : residuals) {
        sent -= residual[i];
      }
      assertThat(parameters[0][i]).isEqualTo((float) (initial[i] - sent));
    }
  }

  @Test
  void aFastWorkerWaitsForTheSlowestAndNamesIt() throws Exception {
    Duration timeout = Duration.ofMillis(300);
    ExchangeConfig config = Mesh.impatientConfig(timeout).with(Synchrony.ASYNC);
    try (Mesh mesh = new Mesh(3)) {
      List<AsynchronousExchange> exchanges = exchanges(mesh, 3, config, new float[LENGTH]);
      int[] made = new int[2];
      CountDownLatch working = new CountDownLatch(2);
      Mesh.inParallel(
          3,
          rank -> {
            if (rank == 2) { // receives, and makes nothing
              while (working.getCount() > 0) {
                exchanges.get(rank).serve();
              }
              return;
            }
            try {
              assertThatExceptionOfType(RoundFailedException.class)
                  .isThrownBy(
                      () -> {
                        while (true) {
                          exchanges.get(rank).exchange(new float[LENGTH]);
                          made[rank]++;
                        }
                      })
                  .withMessageContaining("0 was the last to arrive of [worker 2");
            } finally {
              working.countDown();
            }
          });
      assertThat(made).containsOnly(AsynchronousExchange.MAX_LEAD);
    }
  }

  @Test
  void aLoneWorkerAppliesWhatItsPeersWouldGet() throws Exception {
    try (Mesh mesh = new Mesh(1)) {
      AsynchronousExchange exchange =
          exchanges(mesh, 1, config(new FixedThreshold(0.5f)), new float[LENGTH]).get(0);
      float[] update = new float[LENGTH];
      update[3] = 1.25f;

      exchange.exchange(update);

      assertThat(update[3]).isEqualTo(-1f);
      assertThat(exchange.residual()[3]).isEqualTo(0.25f);
      exchange.drain(update);
      assertThat(update[3]).isEqualTo(-1f);
      assertThat(exchange.outcome()).isEqualTo(Outcome.PARAMETERS);
    }
  }

  @Test
  void refusesParametersThatRunAway() {
    try (Mesh mesh = new Mesh(1)) {
      AsynchronousExchange exchange =
          exchanges(mesh, 1, config(new FixedThreshold(1)), new float[LENGTH]).get(0);
      assertThatExceptionOfType(RoundFailedException.class)
          .isThrownBy(
              () -> {
                while (true) {
                  float[] update = new float[LENGTH];
                  update[41] = 100;
                  exchange.exchange(update);
                }
              })
          .withMessageContaining("add up to less than 512.0 over all workers")
          .withMessageContaining("entry 0 of block 2 reached 600.0");
    }
  }

  @Test
  void refusesSettingsThatDoNotGoTogether() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mesh.denseConfig(Aggregation.MEAN).with(Synchrony.ASYNC))
        .withMessageContaining("ASYNC needs the quantizer THRESHOLD")
        .withMessageContaining("NONE");
  }

  private static ExchangeConfig config(ThresholdPolicy policy) {
    return Mesh.thresholdConfig(policy, Aggregation.SUM).with(Synchrony.ASYNC);
  }

  private static List<AsynchronousExchange> exchanges(
      Mesh mesh, int workers, ExchangeConfig config, float[] initial) {
    List<AsynchronousExchange> exchanges = new ArrayList<>();
    for (int rank = 0; rank < workers; rank++) {
      exchanges.add(new AsynchronousExchange(mesh.peering(rank), LAYOUT, config, initial));
    }
    return exchanges;
  }

  private static UnaryOperator<Transport> hostile(long seed) {
    Random seeds = new Random(seed);
    return honest -> new HostileTransport(honest, new Random(seeds.nextLong()));
  }

  /** Multiples of 2^-12, so that sums are exact. */
  private static float[] dyadic(Random random, float limit) {
    float[] values = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = (float) Math.rint(limit * (2 * random.nextDouble() - 1) * 4096) / 4096;
    }
    return values;
  }

  private static void addTo(double[] sums, float[] update) {
    synchronized (sums) {
      for (int i = 0; i < LENGTH; i++) {
        sums[i] += update[i];
      }
    }
  }

  /** Lets workers get out of step. */
  private static void spin(int turns) {
    int[] work = {turns};
    while (work[0] > 0) {
      Arrays.setAll(work, i -> work[i] - 1);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.threshold.TargetDensity;

/** Whatever the order in which frames arrive, a fit in step yields the same bits each time. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BitIdentityTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(300, 20);
  private static final int WORKERS = 4;
  private static final int RUNS = 20;

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "SYNC, THRESHOLD", "SYNC, NONE", "SYNC, FLOAT16",
    "PIPELINED, THRESHOLD", "PIPELINED, NONE", "PIPELINED, FLOAT16"
  })
  void twentyRunsOverABadNetworkGiveTheSameBitsOnAllReplicas(
      Synchrony synchrony, Quantizer quantizer) throws Exception {
    float[] expected = run(synchrony, quantizer, 1, false)[0];
    long seed = new Random().nextLong();
    for (int run = 0; run < RUNS; run++) {
      for (float[] replica : run(synchrony, quantizer, seed + run, true)) {
        assertThat(replica).as("run %d, seed %d", run, seed).isEqualTo(expected);
      }
    }
    assertThat(expected).isNotEqualTo(new float[LAYOUT.parameterCount()]);
  }

  private static float[][] run(Synchrony synchrony, Quantizer quantizer, long seed, boolean chaos)
      throws Exception {
    float[][] parameters = new float[WORKERS][LAYOUT.parameterCount()];
    Random network = new Random(seed);
    ExchangeConfig config =
        new ExchangeConfig(
                quantizer,
                Aggregation.MEAN,
                new TargetDensity(0.05, 10, -6),
                Mesh.denseConfig(Aggregation.MEAN).roundTimeout(),
                5)
            .with(synchrony);
    Mesh mesh =
        new Mesh(
            WORKERS,
            transport -> chaos ? new ChaoticTransport(transport, network.nextLong()) : transport,
            () -> {});
    try (mesh) {
      List<SynchronousExchange> exchanges = mesh.exchanges(LAYOUT, config);
      Mesh.inParallel(WORKERS, rank -> train(exchanges.get(rank), rank, parameters[rank]));
    }
    return parameters;
  }

  private static void train(SynchronousExchange exchange, int rank, float[] parameters) {
    Random random = new Random(rank);
    float[] update = new float[parameters.length];
    for (int round = 0; round < 25; round++) {
      for (int i = 0; i < update.length; i++) {
        update[i] = 0.01f * (float) random.nextGaussian();
      }
      exchange.exchange(update);
      ElasticWorker.add(parameters, update, 1);
    }
    exchange.drain(update);
    ElasticWorker.add(parameters, update, 1);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.threshold.FixedThreshold;

/** Replicas that go on alone between rounds. */
class LocalStepsExchangeTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(30, 50);
  private static final int LENGTH = LAYOUT.parameterCount();
  private static final int WORKERS = 3;
  private static final int LOCAL_STEPS = 4;

  @ParameterizedTest
  @EnumSource(value = Quantizer.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void replicasDifferBetweenRoundsAndAreEqualAfterEach(Quantizer quantizer) throws Exception {
    int steps = 4 * LOCAL_STEPS + 2; // the last round is a short one
    float[][][] parameters = new float[WORKERS][steps + 1][];
    try (Mesh mesh = new Mesh(WORKERS)) {
      Mesh.inParallel(
          WORKERS,
          rank -> {
            UpdateExchange exchange = open(mesh, rank, config(quantizer), new float[LENGTH]);
            assertThat(exchange.outcome()).isEqualTo(Outcome.PARAMETERS);
            Random random = new Random(rank);
            for (int step = 0; step < steps; step++) {
              parameters[rank][step] = gaussian(random);
              exchange.exchange(parameters[rank][step]);
            }
            parameters[rank][steps] = new float[LENGTH];
            exchange.drain(parameters[rank][steps]);
            assertThat(exchange.counters().rounds()).isEqualTo(5);
          });
    }
    for (int step = 0; step <= steps; step++) {
      boolean ofRound = step == steps || (step + 1) % LOCAL_STEPS == 0;
      for (int rank = 1; rank < WORKERS; rank++) {
        if (ofRound) {
          assertThat(parameters[rank][step]).isEqualTo(parameters[0][step]);
        } else {
          assertThat(parameters[rank][step]).isNotEqualTo(parameters[0][step]);
        }
      }
    }
  }

  @Test
  void wholeUpdatesAndTheMeanAreParameterAveraging() throws Exception {
    double[] mean = new double[LENGTH];
    float[] averaged = new float[LENGTH];
    try (Mesh mesh = new Mesh(WORKERS)) {
      Mesh.inParallel(
          WORKERS,
          rank -> {
            UpdateExchange exchange = open(mesh, rank, config(Quantizer.NONE), new float[LENGTH]);
            Random random = new Random(rank);
            float[] update = new float[LENGTH];
            for (int step = 0; step < LOCAL_STEPS; step++) {
              update = gaussian(random);
              synchronized (mean) {
                for (int i = 0; i < LENGTH; i++) {
                  mean[i] -= update[i] / (double) WORKERS;
                }
              }
              exchange.exchange(update);
            }
            if (rank == 0) {
              System.arraycopy(update, 0, averaged, 0, LENGTH);
            }
          });
    }
    for (int i = 0; i < LENGTH; i++) {
      assertThat((double) averaged[i]).isBetween(mean[i] - 1e-6, mean[i] + 1e-6);
    }
  }

  @Test
  void refusesSettingsThatDoNotGoTogether() {
    ExchangeConfig config = config(Quantizer.THRESHOLD);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.with(Synchrony.PIPELINED))
        .withMessage(
            "localSteps must be 1 unless rounds are in step (SYNC), but is 4 with PIPELINED");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withLocalSteps(0))
        .withMessage("localSteps must be at least 1, but is 0");
  }

  private static UpdateExchange open(Mesh mesh, int rank, ExchangeConfig config, float[] initial) {
    return UpdateExchange.open(mesh.peering(rank), LAYOUT, config, initial, ReplicaState.NONE);
  }

  private static ExchangeConfig config(Quantizer quantizer) {
    ExchangeConfig base = Mesh.thresholdConfig(new FixedThreshold(0.5f), Aggregation.MEAN);
    return new ExchangeConfig(
            quantizer,
            base.aggregation(),
            base.thresholdPolicy(),
            base.roundTimeout(),
            base.modelFingerprint())
        .withLocalSteps(LOCAL_STEPS);
  }

  private static float[] gaussian(Random random) {
    float[] update = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      update[i] = (float) random.nextGaussian();
    }
    return update;
  }
}

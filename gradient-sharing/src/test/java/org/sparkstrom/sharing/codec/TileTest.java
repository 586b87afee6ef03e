// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With fused multiply-add and without, whatever this CPU has. */
class TileTest {
  private static final float[] EXTREMES = {
    Float.MAX_VALUE, Float.MIN_VALUE, 1e-20f, 0f, Float.NaN, Float.POSITIVE_INFINITY
  };

  @ParameterizedTest(name = "fused {0}, exponent {1}")
  @CsvSource({
    "true, -40", "true, -10", "true, 0", "true, 20",
    "false, -40", "false, -10", "false, 0", "false, 20"
  })
  void findsWhatABranchForEachEntryFinds(boolean fused, int exponent) {
    float tau = Threshold.of(exponent);
    Random random = new Random(exponent);
    Tile tile = new Tile(fused);
    tile.threshold(tau);
    for (double density : new double[] {0, 1e-3, 0.1, 1}) {
      float[] residual = new float[Tile.LENGTH + 2];
      float[] update = new float[residual.length];
      for (int i = 0; i < residual.length; i++) {
        residual[i] = entry(random, density, tau);
        update[i] = random.nextInt(3) == 0 ? residual[i] / 2 : -0f;
      }
      float[] sum = residual.clone();
      for (int i = 1; i <= Tile.LENGTH; i++) {
        sum[i] += update[i];
      }

      int count = tile.add(residual, update, 1);

      assertThat(Arrays.copyOf(tile.found(), count))
          .as("density %s", density)
          .containsExactly(
              IntStream.rangeClosed(1, Tile.LENGTH)
                  .filter(i -> !(Math.abs(sum[i]) < tau))
                  .toArray());
      assertThat(residual).as("with what is beside the piece").containsExactly(sum);
    }
  }

  private static float entry(Random random, double density, float tau) {
    float sign = random.nextBoolean() ? 1 : -1;
    if (random.nextDouble() >= density) {
      return sign * random.nextFloat() * tau / 2;
    }
    return sign
        * switch (random.nextInt(4)) {
          case 0 -> tau;
          case 1 -> Math.nextDown(tau);
          case 2 -> Math.nextUp(tau);
          default -> EXTREMES[random.nextInt(EXTREMES.length)];
        };
  }
}

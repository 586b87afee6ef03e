// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparseSumsTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(5000, 3, 640);
  private static final double[] STEPS = {0.25, 1.0 / 3, 2};

  /** The densities lie on both sides of the limit, and at it. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.02, 0.0625, 0.3, 1})
  void sumsEqualThoseOfAPlainArrayRoundAfterRound(double density) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    SparseSums sums = new SparseSums(LAYOUT);
    SparseUpdate update = new SparseUpdate(LAYOUT);
    float[] actual = new float[LAYOUT.parameterCount()];
    float[] expected = new float[actual.length];
    for (int round = 0; round < 20; round++) {
      int[] plain = new int[actual.length];
      int workers = 1 + random.nextInt(5);
      double share = round % 2 == 0 ? density : density / workers;
      for (int worker = 0; worker < workers; worker++) {
        fill(update, share, random, plain);
        sums.add(update);
      }
      Arrays.fill(actual, Float.NaN); // whatever the caller left there
      for (int block = 0; block < LAYOUT.blockCount(); block++) {
        sums.take(block, STEPS[block], actual);
        for (int i = 0; i < LAYOUT.length(block); i++) {
          int at = LAYOUT.offset(block) + i;
          expected[at] = (float) (STEPS[block] * plain[at]);
        }
      }
      assertThat(bits(actual)).as("seed %d, round %d", seed, round).isEqualTo(bits(expected));
    }
  }

  private static void fill(SparseUpdate update, double density, Random random, int[] plain) {
    update.clear();
    for (int block = 0; block < LAYOUT.blockCount(); block++) {
      for (int i = 0; i < LAYOUT.length(block); i++) {
        if (random.nextDouble() < density) {
          int k = random.nextBoolean() ? 1 : -1; // so that sums cancel now and then
          update.add(block, i, k);
          plain[LAYOUT.offset(block) + i] += k;
        }
      }
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }
}

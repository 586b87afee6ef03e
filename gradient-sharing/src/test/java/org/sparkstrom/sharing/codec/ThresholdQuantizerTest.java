// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent and what stays. */
class ThresholdQuantizerTest {

  @Test
  void sendsWholeMultiplesAndKeepsTheRest() {
    ThresholdQuantizer quantizer = new ThresholdQuantizer(BlockLayout.of(4));

    int[] sent = quantize(quantizer, new float[] {0.25f, -0.5f, 1.75f, -3f}, -1);

    assertThat(sent).containsExactly(0, -1, 3, -6);
    assertThat(quantizer.residual()).containsExactly(0.25f, 0f, 0.25f, 0f);
  }

  @Test
  void sendsAnEntryOnceItsResidualReachesTheThreshold() {
    ThresholdQuantizer quantizer = new ThresholdQuantizer(BlockLayout.of(1));
    float[] update = {0.375f};

    assertThat(quantize(quantizer, update, 0)).containsExactly(0);
    assertThat(quantize(quantizer, update, 0)).containsExactly(0);
    assertThat(quantize(quantizer, update, 0)).containsExactly(1);
    assertThat(quantizer.residual()).containsExactly(0.125f);
  }

  @Test
  void capsTheMultiplicityAndSendsTheRestLater() {
    ThresholdQuantizer quantizer = new ThresholdQuantizer(BlockLayout.of(2));
    int max = SparseUpdate.MAX_MULTIPLICITY;
    float[] update = {max + 5f, -3f * max};

    assertThat(quantize(quantizer, update, 0)).containsExactly(max, -max);
    assertThat(quantizer.residual()).containsExactly(5f, -2f * max);
    assertThat(quantize(quantizer, new float[2], 0)).containsExactly(5, -max);
    assertThat(quantize(quantizer, new float[2], 0)).containsExactly(0, -max);
    assertThat(quantizer.residual()).containsExactly(0f, 0f);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theBooksBalanceToTheLastUnit(long seed) {
    Random random = new Random(seed);
    BlockLayout layout = BlockLayout.of(1 + random.nextInt(5), 5000, 1 + random.nextInt(300));
    MassLedger ledger = new MassLedger(new ThresholdQuantizer(layout));
    SparseUpdate sent = new SparseUpdate(layout);
    float[] update = new float[layout.parameterCount()];
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < update.length; i++) {
        update[i] = (float) (random.nextGaussian() * Math.exp(4 * random.nextGaussian()));
      }
      byte[] exponents = new byte[layout.blockCount()];
      for (int block = 0; block < exponents.length; block++) {
        exponents[block] = (byte) (random.nextInt(24) - 16);
      }
      ledger.quantize(update, exponents, sent);
    }
    assertThat(ledger.unaccounted()).isZero();
    assertThat(ledger.produced()).isNotEqualTo(BigInteger.ZERO);
    assertThat(ledger.rounded()).isNotEqualTo(BigInteger.ZERO);
  }

  @Test
  void theBooksOfDyadicUpdatesHaveNoRounding() {
    BlockLayout layout = BlockLayout.of(3000);
    MassLedger ledger = new MassLedger(new ThresholdQuantizer(layout));
    SparseUpdate sent = new SparseUpdate(layout);
    Random random = new Random(5);
    for (int round = 0; round < 30; round++) {
      ledger.quantize(Payloads.dyadicUpdate(random, 3000), new byte[] {-2}, sent);
    }
    assertThat(ledger.rounded()).isZero();
    assertThat(ledger.produced()).isEqualTo(ledger.sent().add(ledger.residual()));
  }

  @ParameterizedTest(name = "{0} threads")
  @ValueSource(ints = {1, 2, 3, 4, 8, 16})
  void anyNumberOfThreadsYieldsTheSameTwentyTimes(int threads) {
    BlockLayout layout = BlockLayout.of(70_000, 3, 9_000, 40_000, 1);
    float[] update = Payloads.sparseUpdate(new Random(7), layout.parameterCount(), 0.1);
    ForkJoinPool pool = new ForkJoinPool(threads);
    try {
      ThresholdQuantizer alone = new ThresholdQuantizer(layout);
      ThresholdQuantizer many = new ThresholdQuantizer(layout, BlockParallelism.on(pool));
      for (int round = 0; round < 20; round++) {
        assertThat(quantize(many, update, -1)).isEqualTo(quantize(alone, update, -1));
        assertThat(many.residual()).isEqualTo(alone.residual());
      }
    } finally {
      pool.shutdown();
    }
  }

  @ParameterizedTest(name = "exponent {0}")
  @ValueSource(ints = {Threshold.MIN_EXPONENT, -10, 0, 5, Threshold.MAX_EXPONENT})
  void findsWhatReachesTheThresholdToTheLastBit(int exponent) {
    float tau = Threshold.of(exponent);
    float[] edges = {
      tau,
      Math.nextDown(tau),
      Math.nextUp(tau),
      2 * tau,
      3 * tau,
      Math.nextDown(3 * tau),
      1e9f * tau,
      Float.MIN_VALUE,
      0f,
      -0f
    };
    for (int length : new int[] {Tile.LENGTH - 1, Tile.LENGTH, 3 * Tile.LENGTH + 17}) {
      for (double density : new double[] {0, 1e-4, 1e-2, 1}) {
        Random random = new Random(length + exponent);
        float[] update = new float[length];
        for (int i = 0; i < length; i++) {
          float sign = random.nextBoolean() ? 1 : -1;
          boolean edge = random.nextDouble() < density;
          update[i] =
              sign * (edge ? edges[random.nextInt(edges.length)] : random.nextFloat() * tau);
        }
        ThresholdQuantizer quantizer = new ThresholdQuantizer(BlockLayout.of(length));
        int[] sent = quantize(quantizer, update, exponent);
        float[] rest = quantizer.residual();
        for (int i = 0; i < length; i++) {
          int k =
              Math.min(SparseUpdate.MAX_MULTIPLICITY, (int) Math.floor(Math.abs(update[i]) / tau));
          int expected = update[i] < 0 ? -k : k;
          assertThat(sent[i]).as("entry %d, %s", i, update[i]).isEqualTo(expected);
          assertThat(rest[i]).as("rest %d", i).isEqualTo(update[i] - expected * tau);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesAnUpdateThatIsNotFinite(float bad) {
    ThresholdQuantizer quantizer = new ThresholdQuantizer(BlockLayout.of(2, 3));

    assertThatExceptionOfType(NonFiniteUpdateException.class)
        .isThrownBy(() -> quantize(quantizer, new float[] {0, 0, 0, bad, 0}, 0))
        .withMessageContaining("entry 1 of block 1 is " + bad)
        .withMessageContaining("lower the learning rate");
    float[] tile = new float[Tile.LENGTH];
    tile[Tile.LENGTH - 3] = bad;
    assertThatExceptionOfType(NonFiniteUpdateException.class)
        .isThrownBy(() -> quantize(new ThresholdQuantizer(BlockLayout.of(tile.length)), tile, 0))
        .withMessageContaining("entry " + (Tile.LENGTH - 3) + " of block 0 is " + bad);
  }

  @Test
  void refusesAnUpdateOfAnotherLengthAndOneOfAFrozenBlock() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> quantize(new ThresholdQuantizer(BlockLayout.of(2)), new float[3], 0))
        .withMessage("update must have 2 entries as the layout, but has 3");
    ThresholdQuantizer frozen = new ThresholdQuantizer(BlockLayout.of(2, 2).freeze(1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> quantize(frozen, new float[] {1, 1, 0, 0.5f}, 0))
        .withMessageContaining("entry 1 of block 1 is 0.5; freeze the layer in the network too");
  }

  private static int[] quantize(ThresholdQuantizer quantizer, float[] update, int exponent) {
    BlockLayout layout = quantizer.layout();
    byte[] exponents = new byte[layout.blockCount()];
    Arrays.fill(exponents, (byte) exponent);
    SparseUpdate sent = new SparseUpdate(layout);
    quantizer.quantize(update, exponents, sent);
    int[] sums = new int[layout.parameterCount()];
    sent.addTo(sums);
    return sums;
  }
}

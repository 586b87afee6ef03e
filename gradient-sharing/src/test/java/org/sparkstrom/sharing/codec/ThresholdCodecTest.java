// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoder and decoder together: what is sent, what stays, and in which format. */
class ThresholdCodecTest {

  @Test
  void sendsWholeMultiplesAndKeepsTheRest() throws CorruptPayloadException {
    BlockLayout layout = BlockLayout.of(4);
    ThresholdEncoder encoder = new ThresholdEncoder(layout);

    int[] sums = roundTrip(encoder, layout, new float[] {0.25f, -0.5f, 1.75f, -3f}, -1);

    assertThat(sums).containsExactly(0, -1, 3, -6);
    assertThat(encoder.residual()).containsExactly(0.25f, 0f, 0.25f, 0f);
  }

  @Test
  void sendsAnEntryOnceItsResidualReachesTheThreshold() throws CorruptPayloadException {
    BlockLayout layout = BlockLayout.of(1);
    ThresholdEncoder encoder = new ThresholdEncoder(layout);
    float[] update = {0.375f};

    assertThat(roundTrip(encoder, layout, update, 0)).containsExactly(0);
    assertThat(roundTrip(encoder, layout, update, 0)).containsExactly(0);
    assertThat(roundTrip(encoder, layout, update, 0)).containsExactly(1);
    assertThat(encoder.residual()).containsExactly(0.125f);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatWasProducedIsAppliedOrStaysInTheResidual(long seed) throws CorruptPayloadException {
    Random random = new Random(seed);
    BlockLayout layout = BlockLayout.of(1 + random.nextInt(5), 1000, 1 + random.nextInt(300));
    int n = layout.parameterCount();
    int workers = 3;
    ThresholdEncoder[] encoders = new ThresholdEncoder[workers];
    Arrays.setAll(encoders, w -> new ThresholdEncoder(layout));
    ThresholdDecoder decoder = new ThresholdDecoder(layout);
    double[] balance = new double[n];
    for (int round = 0; round < 40; round++) {
      byte[] exponents = randomExponents(random, layout.blockCount());
      int[] sums = new int[n];
      for (ThresholdEncoder encoder : encoders) {
        float[] update = Payloads.dyadicUpdate(random, n);
        ByteBuffer payload = Payloads.buffer(layout);
        encoder.encode(update, exponents, payload);
        decoder.addTo(payload.flip(), exponents, sums, new long[layout.blockCount()]);
        addTo(balance, update);
      }
      for (int block = 0; block < layout.blockCount(); block++) {
        int end = layout.offset(block) + layout.length(block);
        for (int i = layout.offset(block); i < end; i++) {
          balance[i] -= Threshold.of(exponents[block]) * sums[i];
        }
      }
    }
    for (ThresholdEncoder encoder : encoders) {
      for (int i = 0; i < n; i++) {
        balance[i] -= encoder.residual()[i];
      }
    }
    assertThat(balance).containsOnly(0.0);
  }

  @ParameterizedTest(name = "density {0}")
  @ValueSource(doubles = {0, 0.0005, 0.01, 0.1, 0.3, 0.7, 1})
  void decodesWhatWasEncodedInTheSmallestFormat(double density) throws CorruptPayloadException {
    BlockLayout layout = BlockLayout.of(4001);
    ThresholdEncoder encoder = new ThresholdEncoder(layout);
    float[] update = Payloads.sparseUpdate(new Random(99), 4001, density);
    ByteBuffer payload = Payloads.buffer(layout);

    int written = encoder.encode(update, new byte[] {0}, payload);

    BlockEntries entries = new BlockEntries(4001);
    int[] expected = new int[4001];
    for (int i = 0; i < update.length; i++) {
      expected[i] = (int) update[i];
      if (expected[i] != 0) {
        entries.add(i, expected[i]);
      }
    }
    assertThat(decode(layout, payload.flip(), (byte) 0)).isEqualTo(expected);
    assertThat(written).isEqualTo(entries.count());
    long smallest =
        Math.min(SparseFormat.sizeBytes(entries), BitmapFormat.sizeBytes(entries, 4001));
    assertThat(payload.limit())
        .isEqualTo((int) (BlockHeader.BYTES + (entries.count() == 0 ? 0 : smallest)));
  }

  @Test
  void usesTheFormatThatFitsTheDensity() {
    assertThat(tagAt(0)).isEqualTo(BlockHeader.EMPTY);
    assertThat(tagAt(0.001)).isEqualTo(BlockHeader.SPARSE);
    assertThat(tagAt(0.5)).isEqualTo(BlockHeader.BITMAP);
  }

  @Test
  void capsTheMultiplicityAndSendsTheRestLater() throws CorruptPayloadException {
    BlockLayout layout = BlockLayout.of(2);
    ThresholdEncoder encoder = new ThresholdEncoder(layout);
    int max = ThresholdEncoder.MAX_MULTIPLICITY;
    float[] update = {max + 5f, -3f * max};

    assertThat(roundTrip(encoder, layout, update, 0)).containsExactly(max, -max);
    assertThat(encoder.residual()).containsExactly(5f, -2f * max);
    assertThat(roundTrip(encoder, layout, new float[2], 0)).containsExactly(5, -max);
    assertThat(roundTrip(encoder, layout, new float[2], 0)).containsExactly(0, -max);
    assertThat(encoder.residual()).containsExactly(0f, 0f);
  }

  @Test
  void neverExceedsTheLayoutsBound() throws CorruptPayloadException {
    for (int length = 1; length < 70; length++) {
      BlockLayout layout = BlockLayout.of(length);
      float[] update = new float[length];
      Arrays.fill(update, -Float.MAX_VALUE);

      int[] sums = roundTrip(new ThresholdEncoder(layout), layout, update, Threshold.MIN_EXPONENT);

      assertThat(sums).containsOnly(-ThresholdEncoder.MAX_MULTIPLICITY);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesAnUpdateThatIsNotFinite(float bad) {
    BlockLayout layout = BlockLayout.of(2, 3);
    float[] update = {0, 0, 0, bad, 0};

    assertThatExceptionOfType(NonFiniteUpdateException.class)
        .isThrownBy(() -> roundTrip(new ThresholdEncoder(layout), layout, update, 0))
        .withMessageContaining("entry 1 of block 1 is " + bad)
        .withMessageContaining("lower the learning rate");
  }

  @Test
  void refusesAnUpdateOfAnotherLength() {
    BlockLayout layout = BlockLayout.of(2);

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ThresholdEncoder(layout)
                    .encode(new float[3], new byte[1], Payloads.buffer(layout)))
        .withMessage("update must have 2 entries as the layout, but has 3");
  }

  private static int[] roundTrip(
      ThresholdEncoder encoder, BlockLayout layout, float[] update, int exponent)
      throws CorruptPayloadException {
    byte[] exponents = new byte[layout.blockCount()];
    Arrays.fill(exponents, (byte) exponent);
    ByteBuffer payload = Payloads.buffer(layout);
    encoder.encode(update, exponents, payload);
    return decode(layout, payload.flip(), (byte) exponent);
  }

  private static int[] decode(BlockLayout layout, ByteBuffer payload, byte exponent)
      throws CorruptPayloadException {
    int[] sums = new int[layout.parameterCount()];
    byte[] exponents = new byte[layout.blockCount()];
    Arrays.fill(exponents, exponent);
    new ThresholdDecoder(layout).addTo(payload, exponents, sums, new long[layout.blockCount()]);
    return sums;
  }

  private static byte tagAt(double density) {
    BlockLayout layout = BlockLayout.of(4000);
    ByteBuffer payload = Payloads.buffer(layout);
    float[] update = Payloads.sparseUpdate(new Random(5), 4000, density);
    new ThresholdEncoder(layout).encode(update, new byte[1], payload);
    return payload.get(BlockHeader.TAG_OFFSET);
  }

  private static byte[] randomExponents(Random random, int count) {
    byte[] exponents = new byte[count];
    for (int i = 0; i < count; i++) {
      exponents[i] = (byte) (random.nextInt(16) - 10);
    }
    return exponents;
  }

  private static void addTo(double[] sums, float[] update) {
    for (int i = 0; i < update.length; i++) {
      sums[i] += update[i];
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Float16CodecTest {

  @Test
  void everyFiniteFloat16IsReadAsItself() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      float value = Float16.value((short) bits);
      if (Float.isFinite(value)) {
        assertThat(Float16.of(value)).isEqualTo((short) bits);
      }
    }
    assertThat(Float16.value((short) 0x3c00)).isEqualTo(1f);
    assertThat(Float16.value((short) 0x7bff)).isEqualTo(Float16.MAX);
    assertThat(Float16.value((short) 0x8001)).isEqualTo(-0x1p-24f);
    assertThat(Float16.value(Float16.of(Float.NaN))).isNaN();
    assertThat(Float16.value(Float16.of(65520f))).isEqualTo(Float.POSITIVE_INFINITY);
  }

  @Test
  void roundsToTheNearestAndTiesToEven() {
    Random random = new Random(17);
    for (int run = 0; run < 200_000; run++) {
      float value = (float) (random.nextGaussian() * Math.scalb(1.0, random.nextInt(44) - 30));
      if (Math.abs(value) > Float16.MAX) {
        continue;
      }
      short bits = Float16.of(value);
      double error = Math.abs((double) Float16.value(bits) - value);
      for (int neighbour : new int[] {bits - 1, bits + 1}) {
        float other = Float16.value((short) neighbour);
        if (Float.isFinite(other) && other < 0 == value < 0) {
          double otherError = Math.abs((double) other - value);
          assertThat(error).isLessThanOrEqualTo(otherError);
          assertThat(error < otherError || (bits & 1) == 0).isTrue();
        }
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void whatRoundingTakesOffIsSentLater(long seed) throws CorruptPayloadException {
    Random random = new Random(seed);
    BlockLayout layout = BlockLayout.of(3, 400, 50);
    Float16Codec codec = new Float16Codec(layout);
    double[] produced = new double[layout.parameterCount()];
    double[] sums = new double[layout.parameterCount()];
    for (int round = 0; round < 30; round++) {
      float[] update = Payloads.dyadicUpdate(random, produced.length);
      ByteBuffer payload = Payloads.buffer(layout);
      codec.encode(update, payload);
      assertThat(payload.position()).isLessThan(2 * produced.length + 15);
      codec.addTo(payload.flip(), sums);
      for (int i = 0; i < produced.length; i++) {
        produced[i] += update[i];
      }
    }
    float[] residual = codec.residual();
    for (int i = 0; i < produced.length; i++) {
      assertThat(sums[i] + residual[i]).isEqualTo(produced[i]);
    }
  }

  @Test
  void scalesEachBlockSoThatSmallUpdatesKeepTheirDigits() throws CorruptPayloadException {
    BlockLayout layout = BlockLayout.of(2, 2);
    Float16Codec codec = new Float16Codec(layout);
    ByteBuffer payload = Payloads.buffer(layout);
    double[] sums = new double[4];

    codec.encode(new float[] {1e-20f, -3e-21f, 1e20f, 0}, payload);
    codec.addTo(payload.flip(), sums);

    assertThat(sums[0] / 1e-20).isBetween(0.999, 1.001);
    assertThat(sums[1] / -3e-21).isBetween(0.999, 1.001);
    assertThat(sums[2] / 1e20).isBetween(0.999, 1.001);
  }

  @Test
  void refusesWhatIsNotFiniteAndPayloadsThatBreakARule() {
    BlockLayout one = BlockLayout.of(1);
    assertThatExceptionOfType(NonFiniteUpdateException.class)
        .isThrownBy(
            () ->
                new Float16Codec(one)
                    .encode(new float[] {Float.POSITIVE_INFINITY}, Payloads.buffer(one)))
        .withMessageContaining("entry 0 of block 0 is Infinity");
    assertCorrupt(one, "has format tag 3, 2 bytes and scale 2^0", 3, 0, 2, 0, 0);
    assertCorrupt(one, "has format tag 4, 3 bytes", 4, 0, 3, 0, 0, 0);
    assertCorrupt(one, "scale 2^127", 4, 127, 2, 0, 0);
    assertCorrupt(one, "must be finite, but is -Infinity", 4, 0, 2, 0, 0xfc);
  }

  private static void assertCorrupt(BlockLayout layout, String message, int... bytes) {
    assertThatExceptionOfType(CorruptPayloadException.class)
        .isThrownBy(() -> new Float16Codec(layout).addTo(Payloads.of(bytes), new double[1]))
        .withMessageContaining(message);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads written by hand: the ones of docs/WIRE_FORMAT.md, and those that break a rule. */
class ThresholdDecoderTest {
  private static final BlockLayout EIGHT = BlockLayout.of(8);
  private static final int TAU_EXPONENT = -10;
  private static final int TAU_BYTE = 0xf6;

  @Test
  void readsTheSparseExample() throws CorruptPayloadException {
    int[] sums = decode(Payloads.of(1, TAU_BYTE, 3, 0, 0, 0, 0x04, 0x0f, 0x01));

    assertThat(sums).containsExactly(0, 1, 0, 0, 0, -3, 0, 0);
  }

  @Test
  void readsTheBitmapExample() throws CorruptPayloadException {
    int[] sums = decode(Payloads.of(2, TAU_BYTE, 3, 0, 0, 0, 0x49, 0x0d, 0x03));

    assertThat(sums).containsExactly(1, -1, 0, 1, 1, -3, 0, 0);
  }

  @Test
  void refusesPayloadsThatEndEarlyOrLate() {
    assertCorrupt("needs a header of 6 bytes, but 2 are left", 1, TAU_BYTE);
    assertCorrupt("claims 4 bytes, but 3 are left", 1, TAU_BYTE, 4, 0, 0, 0, 4, 4, 4);
    assertCorrupt("claims -1 bytes", 1, TAU_BYTE, 255, 255, 255, 255, 4);
    assertCorrupt("1 bytes follow the last block", 0, TAU_BYTE, 0, 0, 0, 0, 9);
  }

  @Test
  void refusesAnotherFormatOrThreshold() {
    assertCorrupt("format tag 3", 3, TAU_BYTE, 0, 0, 0, 0);
    assertCorrupt("must have threshold exponent -10", 0, 5, 0, 0, 0, 0);
    assertCorrupt("is empty, but has bytes", 0, TAU_BYTE, 1, 0, 0, 0, 4);
  }

  @Test
  void refusesSparseEntriesOutsideOfTheBlock() {
    assertCorrupt("index 8 lies outside", 1, TAU_BYTE, 1, 0, 0, 0, 0x20);
    assertCorrupt(
        "index 8589934591 lies outside", 1, TAU_BYTE, 5, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x7f);
  }

  @Test
  void refusesMultiplicitiesAboveTheLimit() {
    assertCorrupt(
        "multiplicity 1048577 is above the limit", 1, TAU_BYTE, 4, 0, 0, 0, 0x02, 0xff, 0xff, 0x3f);
  }

  @Test
  void refusesBitmapsOfTheWrongLength() {
    assertCorrupt("has 2 code bytes, but the block has 1", 2, TAU_BYTE, 1, 0, 0, 0, 1);
    assertCorrupt("1 bytes follow the last", 2, TAU_BYTE, 3, 0, 0, 0, 1, 0, 0);
    assertCorrupt("cut off", 2, TAU_BYTE, 2, 0, 0, 0, 3, 0);
  }

  @Test
  void refusesUnusedBitmapBits() {
    BlockLayout five = BlockLayout.of(5);
    assertThatExceptionOfType(CorruptPayloadException.class)
        .isThrownBy(() -> decode(five, Payloads.of(2, TAU_BYTE, 2, 0, 0, 0, 0, 4), new int[5]))
        .withMessageContaining("those of index 5 are not");
  }

  @Test
  void aBadBlockDoesNotChangeTheSums() {
    int[] sums = new int[8];
    ByteBuffer payload = Payloads.of(1, TAU_BYTE, 2, 0, 0, 0, 0x04, 0x40);

    assertThatExceptionOfType(CorruptPayloadException.class)
        .isThrownBy(() -> decode(EIGHT, payload, sums));
    assertThat(sums).containsOnly(0);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void damagedPayloadsAreRefusedOrStayWithinBounds(long seed) {
    Random random = new Random(seed);
    BlockLayout layout = BlockLayout.of(100, 7, 300);
    byte[] exponents = new byte[3];
    ThresholdDecoder decoder = new ThresholdDecoder(layout);
    for (int run = 0; run < 3000; run++) {
      ByteBuffer payload = Payloads.buffer(layout);
      float[] update = Payloads.sparseUpdate(random, layout.parameterCount(), random.nextFloat());
      new ThresholdEncoder(layout).encode(update, exponents, payload);
      payload.flip();
      for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
        payload.put(random.nextInt(payload.limit()), (byte) random.nextInt());
      }
      payload.limit(payload.limit() - random.nextInt(2) * random.nextInt(payload.limit()));
      int[] sums = new int[layout.parameterCount()];
      try {
        decoder.addTo(payload, exponents, sums, new long[3]);
      } catch (CorruptPayloadException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
      assertThat(Arrays.stream(sums).map(Math::abs).max().orElse(0))
          .isLessThanOrEqualTo(ThresholdEncoder.MAX_MULTIPLICITY);
    }
  }

  private static void assertCorrupt(String message, int... bytes) {
    assertThatExceptionOfType(CorruptPayloadException.class)
        .isThrownBy(() -> decode(Payloads.of(bytes)))
        .withMessageContaining(message);
  }

  private static int[] decode(ByteBuffer payload) throws CorruptPayloadException {
    int[] sums = new int[8];
    decode(EIGHT, payload, sums);
    return sums;
  }

  private static void decode(BlockLayout layout, ByteBuffer payload, int[] sums)
      throws CorruptPayloadException {
    new ThresholdDecoder(layout).addTo(payload, new byte[] {TAU_EXPONENT}, sums, new long[1]);
  }
}

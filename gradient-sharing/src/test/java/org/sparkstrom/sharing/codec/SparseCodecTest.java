// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Round trips, sizes against the entropy, and payloads that break a rule. */
class SparseCodecTest {
  private static final BlockLayout EIGHT = BlockLayout.of(8);
  private static final int TAU_EXPONENT = -10;
  private static final int TAU_BYTE = 0xf6;

  @ParameterizedTest(name = "density {0}")
  @ValueSource(doubles = {0, 0.0005, 0.01, 0.1, 0.3, 0.7, 1})
  void readsWhatWasWritten(double density) throws CorruptPayloadException {
    BlockLayout layout = BlockLayout.of(40_001, 1, 2, 5, 17, 300);
    Random random = new Random(99);
    for (int run = 0; run < 20; run++) {
      SparseUpdate update = random(layout, random, density, 1 + run / 2);
      ByteBuffer payload = write(layout, update);
      SparseUpdate read = new SparseUpdate(layout);

      new SparseCodec(layout).read(payload, read);

      assertThat(sums(read)).isEqualTo(sums(update));
      assertThat(read.count()).isEqualTo(update.count());
      for (int block = 0; block < layout.blockCount(); block++) {
        assertThat(read.count(block)).isEqualTo(update.count(block));
        if (read.count(block) > 0) {
          assertThat(read.exponent(block)).isEqualTo(update.exponent(block));
        }
      }
    }
  }

  @ParameterizedTest(name = "density {0}")
  @CsvSource({"0.01, 1000000", "0.001, 4000000", "0.0001, 20000000"})
  void staysWithinThreePercentOfTheEntropy(double density, int length) {
    BlockLayout layout = BlockLayout.of(length);
    SparseUpdate update = random(layout, new Random(3), density, 1);
    double bits = write(layout, update).remaining() * 8.0;
    double p = (double) update.count() / length;
    double entropy = 1 - (p * Math.log(p) + (1 - p) * Math.log1p(-p)) / p / Math.log(2);

    double ratio = bits / update.count() / entropy;

    assertThat(ratio).isBetween(0.99, 1.03);
  }

  @Test
  void takesNoMoreThanSevenTenthsAndOneBitForTernaryEntries() {
    BlockLayout layout = BlockLayout.of(100_000);
    Random random = new Random(4);
    for (double density = 0; density <= 1; density += 0.02) {
      ByteBuffer payload = write(layout, random(layout, random, density, 1));
      assertThat(payload.remaining() * 8.0 / 100_000).isLessThan(1.7);
    }
  }

  @Test
  void riceCodeIsNeverLongerThanEliasFano() {
    Random random = new Random(11);
    for (int run = 0; run < 500; run++) {
      int length = 1 + random.nextInt(20_000);
      BlockEntries entries = new BlockEntries(length);
      double density = Math.exp(-8 * random.nextDouble());
      int cluster = 1 + random.nextInt(length);
      for (int i = 0; i < length; i++) {
        if (random.nextDouble() < density && (i / cluster) % 2 == 0) {
          entries.add(i, 1);
        }
      }
      if (entries.count() > 0) {
        long n = entries.count();
        int parameter = RiceCode.parameter(entries.indices()[(int) n - 1] + 1L - n, (int) n);
        long lowerBits = n * (parameter + 1); // with the signs
        long upperBits = n + (length >> parameter);
        assertThat(RiceFormat.sizeBytes(entries) - 1 - Varint.sizeBytes(n))
            .isLessThanOrEqualTo((lowerBits + 7) / 8 + (upperBits + 7) / 8);
      }
    }
  }

  @ParameterizedTest(name = "{0} entries")
  @ValueSource(ints = {1, 3, 4, 5, 100, 1023, 1024, 1025, 3000, 70_000})
  void readsWhatItWroteWhateverTheMeanGapIs(int count) throws CorruptPayloadException {
    Random random = new Random(count);
    RiceReader reader = new RiceReader();
    for (int exponent = 17; exponent <= 27; exponent++) {
      BlockEntries entries = new BlockEntries(1 << exponent);
      random
          .ints(0, 1 << exponent)
          .distinct()
          .limit(count)
          .sorted()
          .forEach(index -> entries.add(index, random.nextBoolean() ? 1 : -1));
      ByteBuffer bytes = ByteBuffer.allocate((int) RiceFormat.sizeBytes(entries) + 2);
      RiceFormat.write(entries, bytes.order(ByteOrder.LITTLE_ENDIAN).position(1), new BitWriter());
      assertThat(bytes.position()).isEqualTo(bytes.limit() - 1);

      BlockEntries read = new BlockEntries(1 << exponent);
      reader.read(bytes.position(1), bytes.limit(), read);

      assertThat(bytes.position()).isEqualTo(bytes.limit() - 1);
      assertThat(read.count()).isEqualTo(count);
      assertThat(Arrays.mismatch(read.indices(), 0, count, entries.indices(), 0, count))
          .isEqualTo(-1);
      assertThat(
              Arrays.mismatch(read.multiplicities(), 0, count, entries.multiplicities(), 0, count))
          .isEqualTo(-1);
    }
  }

  @Test
  void neverExceedsTheLayoutsBound() {
    for (int length = 1; length < 200; length++) {
      BlockLayout layout = BlockLayout.of(length);
      SparseUpdate update = new SparseUpdate(layout);
      for (int i = 0; i < length; i++) {
        update.add(0, i, -SparseUpdate.MAX_MULTIPLICITY);
      }
      assertThat(write(layout, update).remaining()).isLessThanOrEqualTo(layout.maxPayloadBytes());
    }
  }

  @Test
  void usesTheFormatThatFitsTheDensity() {
    assertThat((int) tagAt(0, 1)).isEqualTo(BlockHeader.EMPTY);
    assertThat((int) tagAt(0.001, 1)).isEqualTo(BlockHeader.RICE);
    assertThat((int) tagAt(0.8, 1)).isEqualTo(BlockHeader.TERNARY);
    assertThat((int) tagAt(0.8, 3)).isEqualTo(BlockHeader.TERNARY | BlockHeader.MULTIPLES);
  }

  @Test
  void frozenBlocksCostNoBytes() throws CorruptPayloadException {
    BlockLayout layout = BlockLayout.of(500, 8, 700).freeze(0, 2);
    SparseUpdate update = new SparseUpdate(layout);
    update.add(1, 3, 1);

    ByteBuffer payload = write(layout, update);

    assertThat(payload.remaining()).isEqualTo(write(EIGHT, single(3)).remaining());
    SparseUpdate read = new SparseUpdate(layout);
    new SparseCodec(layout).read(payload, read);
    assertThat(read.count(1)).isEqualTo(1);
  }

  @Test
  void writesAndReadsTheRiceExample() throws CorruptPayloadException {
    BlockLayout layout = BlockLayout.of(32);
    SparseUpdate update = new SparseUpdate(layout);
    update.exponent(0, TAU_EXPONENT);
    update.add(0, 1, 1);
    update.add(0, 20, -3);

    assertThat(hex(write(layout, update))).isEqualTo("11 f6 07 02 03 a1 09 01 00 0a");
    SparseUpdate read = new SparseUpdate(layout);
    new SparseCodec(layout).read(write(layout, update), read);
    assertThat(sums(read)).isEqualTo(sums(update));
  }

  @Test
  void writesAndReadsTheTernaryExample() throws CorruptPayloadException {
    SparseUpdate update = new SparseUpdate(EIGHT);
    update.exponent(0, TAU_EXPONENT);
    update.add(0, 0, 1);
    update.add(0, 1, -1);
    update.add(0, 3, 1);
    update.add(0, 4, 1);
    update.add(0, 5, -3);

    assertThat(hex(write(EIGHT, update))).isEqualTo("12 f6 05 73 02 01 02 22");
    assertThat(read(0x12, TAU_BYTE, 5, 0x73, 0x02, 1, 2, 0x22))
        .containsExactly(1, -1, 0, 1, 1, -3, 0, 0);
  }

  @Test
  void refusesPayloadsThatEndEarlyOrLate() {
    assertCorrupt("block 0 needs a header, but no bytes are left");
    assertCorrupt("the header of block 0 is cut off", 1);
    assertCorrupt("claims 4 bytes, but 3 are left", 1, TAU_BYTE, 4, 1, 0, 1);
    assertCorrupt("1 bytes follow the last block", 0, 9);
    assertCorrupt("block 0 has 1 bytes too many", 1, TAU_BYTE, 5, 1, 0, 0, 1, 0);
  }

  @Test
  void refusesAnotherFormatOrThreshold() {
    assertCorrupt("format tag 3", 3, TAU_BYTE, 0);
    assertCorrupt("format tag 16", 0x10, TAU_BYTE, 0);
    assertCorrupt("threshold exponent 21, which is out of range", 1, 21, 3, 1, 0, 1);
  }

  @Test
  void refusesEntriesThatCannotBe() {
    assertCorrupt("claims 0 entries", 1, TAU_BYTE, 3, 0, 0, 1);
    assertCorrupt("claims 9 entries, but can hold 1 to 8", 1, TAU_BYTE, 6, 9, 0, 1, 1, 1, 1);
    assertCorrupt("a Rice parameter must be in [0, 30], but is 31", 1, TAU_BYTE, 3, 1, 31, 1);
    assertCorrupt("an index lies outside of its block of 8", 1, TAU_BYTE, 4, 1, 3, 0, 4);
    assertCorrupt("an index lies outside of its block of 8", 1, TAU_BYTE, 5, 1, 0, 0, 0, 0x80);
    assertCorrupt(
        "an index lies outside of its block of 8",
        IntStream.concat(IntStream.of(1, TAU_BYTE, 17, 1), IntStream.generate(() -> 0).limit(16))
            .toArray());
    assertCorrupt("cut off by the end of its block", 1, TAU_BYTE, 3, 1, 0, 0);
    assertCorrupt("cut off by the end of its block", 1, TAU_BYTE, 4, 1, 0, 0, 0);
    assertCorrupt("unused bits of a stream's last byte", 1, TAU_BYTE, 4, 1, 0, 2, 1);
    assertCorrupt("unused bits of a stream's last byte", 1, TAU_BYTE, 4, 1, 0, 0, 5);
    assertCorrupt("marked as empty", 2, TAU_BYTE, 2, 0, 0);
    assertCorrupt("must be below 243, but is 243", 2, TAU_BYTE, 2, 243, 0);
    assertCorrupt("that of index 8 is not", 2, TAU_BYTE, 2, 1, 27);
    assertCorrupt("has 2 bytes of digits, but there are 1", 2, TAU_BYTE, 1, 1);
  }

  @Test
  void refusesMultiplicitiesThatCannotBe() {
    assertCorrupt("has 0 multiplicities above one", 0x12, TAU_BYTE, 5, 1, 0, 0, 0, 1);
    assertCorrupt("has 2 multiplicities above one", 0x12, TAU_BYTE, 5, 1, 0, 2, 0, 1);
    assertCorrupt("multiplicity 16385 is above", 0x12, TAU_BYTE, 8, 1, 0, 1, 0, 1, 0x80, 0, 0);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void damagedPayloadsAreRefusedOrAreUpdatesWithinBounds(long seed) {
    Random random = new Random(seed);
    BlockLayout layout = BlockLayout.of(100, 7, 300);
    SparseCodec codec = new SparseCodec(layout);
    SparseUpdate read = new SparseUpdate(layout);
    for (int run = 0; run < 20_000; run++) {
      ByteBuffer payload =
          write(layout, random(layout, random, random.nextDouble(), 1 + random.nextInt(4)));
      for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
        payload.put(random.nextInt(payload.limit()), (byte) random.nextInt());
      }
      payload.limit(payload.limit() - random.nextInt(2) * random.nextInt(payload.limit()));
      try {
        codec.read(payload, read);
      } catch (CorruptPayloadException e) {
        continue;
      }
      int[] last = {-1};
      read.forEach(
          (block, parameter, k) -> {
            assertThat(parameter).isGreaterThan(last[0]).isLessThan(layout.parameterCount());
            assertThat(Math.abs(k)).isBetween(1, SparseUpdate.MAX_MULTIPLICITY);
            last[0] = parameter;
          });
    }
  }

  private static SparseUpdate single(int index) {
    SparseUpdate update = new SparseUpdate(EIGHT);
    update.add(0, index, 1);
    return update;
  }

  private static SparseUpdate random(
      BlockLayout layout, Random random, double density, int maxMultiplicity) {
    SparseUpdate update = new SparseUpdate(layout);
    for (int block = 0; block < layout.blockCount(); block++) {
      update.exponent(block, random.nextInt(20) - 10);
      for (int i = 0; i < layout.length(block); i++) {
        if (random.nextDouble() < density) {
          int magnitude = 1 + random.nextInt(maxMultiplicity);
          update.add(block, i, random.nextBoolean() ? magnitude : -magnitude);
        }
      }
    }
    return update;
  }

  private static ByteBuffer write(BlockLayout layout, SparseUpdate update) {
    ByteBuffer payload = Payloads.buffer(layout);
    new SparseCodec(layout).write(update, payload);
    return payload.flip();
  }

  private static int[] sums(SparseUpdate update) {
    int[] sums = new int[update.layout().parameterCount()];
    update.addTo(sums);
    return sums;
  }

  private static byte tagAt(double density, int maxMultiplicity) {
    BlockLayout layout = BlockLayout.of(4000);
    return write(layout, random(layout, new Random(5), density, maxMultiplicity)).get(0);
  }

  private static String hex(ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      text.append("%02x ".formatted(b));
    }
    return text.toString().trim();
  }

  private static int[] read(int... bytes) throws CorruptPayloadException {
    SparseUpdate read = new SparseUpdate(EIGHT);
    new SparseCodec(EIGHT).read(Payloads.of(bytes), read);
    assertThat(read.exponent(0)).isEqualTo(TAU_EXPONENT);
    return sums(read);
  }

  private static void assertCorrupt(String message, int... bytes) {
    assertThatExceptionOfType(CorruptPayloadException.class)
        .isThrownBy(() -> read(bytes))
        .withMessageContaining(message);
  }
}

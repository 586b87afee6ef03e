// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.codec.SparseCodec;
import org.sparkstrom.sharing.codec.SparseUpdate;
import org.sparkstrom.sharing.threshold.FixedThreshold;

/**
 * Payloads from a peer that holds the keys and lies: each is read as an update, or refused by the
 * typed error without a trace in the round's sums, within bounds of memory and time.
 */
@Timeout(value = 280, unit = TimeUnit.SECONDS)
class HostilePayloadTest {
  static final BlockLayout LAYOUT = BlockLayout.of(60, 1, 9, 120, 5).freeze(2);

  /** An exception with its message and the trace of a deep stack; nothing else is allocated. */
  private static final long MAX_BYTES_FOR_A_REFUSAL = 16 * 1024;

  /** Buffers that only look at other buffers. */
  private static final long MAX_BYTES_FOR_AN_UPDATE = 1024;

  /** Ternary digits need most: five entries of two ints a byte, in arrays that have doubled. */
  private static final long MAX_BYTES_OF_ENTRIES_PER_BYTE = 5 * 2 * Integer.BYTES * 3;

  /** Mean of CPU time, a refusal's exception included; a linear reader takes a tenth of it. */
  private static final long MAX_NS_PER_PAYLOAD = 50_000;

  static ExchangeConfig config(Quantizer quantizer) {
    return new ExchangeConfig(
        quantizer, Aggregation.SUM, new FixedThreshold(1), Duration.ofSeconds(10), 5);
  }

  @ParameterizedTest
  @EnumSource(value = Quantizer.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  void aFewPayloadsAreReadOrRefused(Quantizer quantizer) {
    feed(quantizer, 70_000, new Random().nextLong());
  }

  /** Ten million in all. */
  @ParameterizedTest
  @EnumSource(value = Quantizer.class, mode = EnumSource.Mode.EXCLUDE, names = "AUTO")
  @Tag("slow")
  void millionsOfPayloadsAreReadOrRefused(Quantizer quantizer) {
    feed(
        quantizer,
        quantizer == Quantizer.THRESHOLD ? 6_000_000 : 2_000_000,
        new Random().nextLong());
  }

  private static void feed(Quantizer quantizer, int count, long seed) {
    Mutator mutator = mutator(quantizer, new Random(seed));
    RoundCodec codec =
        RoundCodec.of(config(quantizer), LAYOUT, 2, new RoundStopwatch(System::nanoTime));
    AllocationMeter meter = new AllocationMeter();
    float[] zeros = new float[LAYOUT.parameterCount()];
    float[] aggregate = zeros.clone();
    ByteBuffer own = payloadBuffer();
    grow(codec, own);
    int refused = 0;
    long startNs = meter.cpuNs();
    for (int run = 0; run < count; run++) {
      codec.encode(zeros, own.clear()); // opens a round, and leaves nothing behind
      ByteBuffer payload = mutator.next();
      try {
        meter.start();
        boolean added = adds(codec, payload);
        meter.requireAtMost(added ? MAX_BYTES_FOR_AN_UPDATE : MAX_BYTES_FOR_A_REFUSAL);
        codec.takeAggregate(aggregate);
        if (!added) {
          refused++;
          if (!isZero(aggregate)) {
            throw new AssertionError("a refused payload has left something in the sums");
          }
        }
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + ", run " + run, e);
      }
    }
    long meanNs = (meter.cpuNs() - startNs) / count;
    Figures.note(
        "%s, seed %d: %d of %d refused, %s, %d ns each"
            .formatted(quantizer, seed, refused, count, meter, meanNs));
    assertThat(refused).as("seed %d", seed).isBetween(count / 4, count - count / 200);
    assertThat(meanNs).as("seed %d", seed).isLessThan(MAX_NS_PER_PAYLOAD);
  }

  static boolean adds(RoundCodec codec, ByteBuffer payload) {
    try {
      codec.add(payload);
      return true;
    } catch (CorruptPayloadException e) {
      return false;
    }
  }

  @Test
  void aReaderGrowsByNoMoreThanThePayloadsBytesCanHold() {
    long seed = new Random().nextLong();
    BlockLayout wide = BlockLayout.of(1 << 22, 1, 1 << 10, 1 << 20, 1 << 8);
    Mutator mutator = mutator(Quantizer.THRESHOLD, new Random(seed)); // of blocks much shorter
    SparseCodec codec = new SparseCodec(wide);
    AllocationMeter meter = new AllocationMeter();
    for (int run = 0; run < 20_000; run++) {
      SparseUpdate update = new SparseUpdate(wide);
      ByteBuffer payload = mutator.next();
      long most = MAX_BYTES_FOR_A_REFUSAL + MAX_BYTES_OF_ENTRIES_PER_BYTE * payload.remaining();
      meter.start();
      try {
        codec.read(payload, update);
      } catch (CorruptPayloadException e) {
        // as expected of most
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed + ", run " + run, e);
      }
      meter.requireAtMost(most);
    }
  }

  /** A codec's arrays grow to the densest update; after that nothing may be allocated. */
  private static void grow(RoundCodec codec, ByteBuffer own) {
    float[] dense = new float[LAYOUT.parameterCount()];
    fill(dense, new Random(1), 1);
    float[] all = dense.clone();
    for (int i = 0; i < all.length; i++) {
      all[i] = all[i] == 0 && !isFrozen(i) ? 2 : all[i];
    }
    try {
      codec.encode(all, own.clear());
      codec.add(own.flip());
      codec.takeAggregate(all);
    } catch (CorruptPayloadException e) {
      throw new AssertionError(e);
    }
  }

  /** Mutates payloads of all formats and densities that a quantizer has. */
  static Mutator mutator(Quantizer quantizer, Random random) {
    Mutator mutator = new Mutator(random, LAYOUT.maxPayloadBytes() + 64);
    float[] update = new float[LAYOUT.parameterCount()];
    for (int i = 0; i < 200; i++) {
      fill(update, random, random.nextDouble());
      ByteBuffer payload = payloadBuffer();
      RoundCodec.of(config(quantizer), LAYOUT, 2, new RoundStopwatch(System::nanoTime))
          .encode(update, payload);
      mutator.add(payload.flip());
    }
    return mutator;
  }

  private static ByteBuffer payloadBuffer() {
    return ByteBuffer.allocate(LAYOUT.maxPayloadBytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void fill(float[] update, Random random, double density) {
    int magnitude = 1 + random.nextInt(4);
    for (int i = 0; i < update.length; i++) {
      boolean there = random.nextDouble() < density && !isFrozen(i);
      update[i] = there ? random.nextInt(2 * magnitude + 1) - magnitude : 0;
    }
  }

  private static boolean isFrozen(int parameter) {
    int offset = LAYOUT.offset(2);
    return parameter >= offset && parameter < offset + LAYOUT.length(2);
  }

  static boolean isZero(float[] values) {
    for (float value : values) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }
}

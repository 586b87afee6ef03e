// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.Float16Codec;
import org.sparkstrom.sharing.codec.SparseCodec;
import org.sparkstrom.sharing.codec.SparseSums;
import org.sparkstrom.sharing.codec.SparseUpdate;
import org.sparkstrom.sharing.codec.ThresholdQuantizer;
import org.sparkstrom.sharing.security.Aead;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;

/**
 * What the real code takes on this machine, in nanoseconds; charged in virtual time.
 *
 * <p>Before each try other memory is used, as a step of training or another process does, so that
 * what the code works on has to come from there again.
 *
 * @param quantize one parameter
 * @param encode one entry, to bytes
 * @param decode one entry, from bytes into a sum
 * @param take one entry, from the sum into the aggregate
 * @param clear one parameter of the aggregate
 * @param add one float32 to another
 * @param half one float16 into a sum and out again
 * @param seal one byte, to seal or open
 * @param frame one frame, besides its bytes
 */
record CodecCosts(
    double quantize,
    double encode,
    double decode,
    double take,
    double clear,
    double add,
    double half,
    double seal,
    double frame) {
  private static final int PARAMETERS = 1_000_000;
  private static final int ENTRIES = 10_000;
  private static final int TRIES = 101;
  private static final long WARM_UP_NS = 400_000_000;
  private static final int HEADER_BYTES = 48;
  private static final int SHORT_BYTES = 256;
  private static final int AES_WARM_UPS = 5;
  private static final int LONG_BYTES = 1 << 14;
  private static final int CACHE_LINE_LONGS = 8;
  private static final long[] OTHER_MEMORY = new long[1 << 22]; // 32 MiB, a large last-level cache

  /** Measures; takes some seconds. */
  static CodecCosts measure() {
    BlockLayout layout = BlockLayout.of(PARAMETERS);
    Random random = new Random(1);
    float[] update = new float[PARAMETERS];
    for (int i = 0; i < ENTRIES / 10; i++) {
      update[random.nextInt(PARAMETERS)] = 1.5f;
    }
    ThresholdQuantizer quantizer = new ThresholdQuantizer(layout);
    SparseUpdate sparse = new SparseUpdate(layout);
    byte[] exponents = {0};
    double quantize = nsOf(() -> quantizer.quantize(update, exponents, sparse)) / PARAMETERS;

    SparseUpdate entries = new SparseUpdate(layout);
    for (int i = 0; i < ENTRIES; i++) {
      entries.add(0, i * 100 + random.nextInt(100), random.nextBoolean() ? 1 : -1);
    }
    SparseCodec codec = new SparseCodec(layout);
    ByteBuffer payload = buffer(layout.maxPayloadBytes());
    double encode = nsOf(() -> codec.write(entries, payload.clear())) / ENTRIES;
    payload.flip();
    SparseSums sums = new SparseSums(layout);
    SparseUpdate received = new SparseUpdate(layout);
    double decode =
        nsOf(
                () -> {
                  read(codec, payload.rewind(), received);
                  sums.add(received);
                },
                () -> sums.take(0, 1, update))
            / ENTRIES;
    double clear = nsOf(() -> Arrays.fill(update, 0)) / PARAMETERS;
    double takeAll = nsOf(() -> sums.take(0, 1, update), () -> sums.add(received));
    double take = Math.max(0, takeAll - clear * PARAMETERS) / ENTRIES;
    float[] other = new float[PARAMETERS];
    double add =
        nsOf(
                () -> {
                  for (int i = 0; i < other.length; i++) {
                    other[i] += update[i];
                  }
                })
            / PARAMETERS;
    return new CodecCosts(
        quantize, encode, decode, take, clear, add, halfNs(layout), sealByteNs(), sealNs(1));
  }

  /** The costs on a slower machine. */
  CodecCosts times(double factor) {
    return new CodecCosts(
        factor * quantize,
        factor * encode,
        factor * decode,
        factor * take,
        factor * clear,
        factor * add,
        factor * half,
        factor * seal,
        factor * frame);
  }

  /** Encode, decode and add of one float16. */
  private static double halfNs(BlockLayout layout) {
    Float16Codec codec = new Float16Codec(layout);
    ByteBuffer payload = buffer(layout.maxPayloadBytes());
    float[] update = new float[PARAMETERS];
    double[] sums = new double[PARAMETERS];
    return nsOf(
            () -> {
              codec.encode(update, payload.clear());
              try {
                codec.addTo(payload.flip(), sums);
              } catch (CorruptPayloadException e) {
                throw new IllegalStateException(e);
              }
            })
        / PARAMETERS;
  }

  /** The compiler uses the processor's AES after some ten thousand calls, as in a real fit. */
  private static double sealByteNs() {
    for (int i = 0; i < AES_WARM_UPS; i++) {
      sealNs(SHORT_BYTES);
    }
    return sealNs(LONG_BYTES) / LONG_BYTES;
  }

  private static double sealNs(int bytes) {
    Aead aead = new Aead(new SessionKeys(FitSecret.random(new SecureRandom()), 1).frameKey(0, 1));
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    ByteBuffer plain = buffer(bytes);
    ByteBuffer sealed = buffer(bytes + Aead.TAG_BYTES);
    long[] number = {0};
    return nsOf(() -> aead.seal(1, ++number[0], header.rewind(), plain.rewind(), sealed.clear()));
  }

  private static void read(SparseCodec codec, ByteBuffer payload, SparseUpdate out) {
    try {
      codec.read(payload, out);
    } catch (CorruptPayloadException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The median of the tries, after a warm-up. */
  static double nsOf(Runnable work) {
    return nsOf(work, () -> {});
  }

  private static double nsOf(Runnable work, Runnable preparation) {
    long warmNs = System.nanoTime() + WARM_UP_NS;
    while (System.nanoTime() < warmNs) {
      preparation.run();
      work.run();
    }
    double[] times = new double[TRIES];
    for (int i = 0; i < times.length; i++) {
      preparation.run();
      useOtherMemory();
      long startNs = System.nanoTime();
      work.run();
      times[i] = System.nanoTime() - startNs;
    }
    Arrays.sort(times);
    return times[TRIES / 2];
  }

  private static void useOtherMemory() {
    for (int i = 0; i < OTHER_MEMORY.length; i += CACHE_LINE_LONGS) {
      OTHER_MEMORY[i]++;
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "ns: quantize %.2f/parameter, encode %.1f/entry, decode %.1f/entry, take %.1f/entry,"
            + " clear %.2f/parameter, add %.2f/parameter, float16 %.2f/parameter, seal %.2f/byte"
            + " and %.0f/frame",
        quantize,
        encode,
        decode,
        take,
        clear,
        add,
        half,
        seal,
        frame);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/**
 * The multiplicities above one of a block, which stand behind its entries in their order.
 *
 * <p>They are rare once thresholds fit, so an entry says nothing of its multiplicity: the places of
 * those that are above one are listed here, as gaps in Rice code, each with |k| - 1 in Elias's
 * gamma code.
 */
final class Multiples {
  private Multiples() {}

  static int count(BlockEntries entries) {
    int[] k = entries.multiplicities();
    int above = 0;
    for (int place = 0; place < entries.count(); place++) {
      if (k[place] > 1 || k[place] < -1) {
        above++;
      }
    }
    return above;
  }

  /** Number of bytes; {@code count} is what {@link #count} says, and not 0. */
  static long sizeBytes(BlockEntries entries, int count) {
    int parameter = RiceCode.parameter(entries.count() - count, count);
    int[] k = entries.multiplicities();
    long bits = (long) count * (1 + parameter);
    int last = -1;
    for (int place = 0; place < entries.count(); place++) {
      int magnitude = Math.abs(k[place]);
      if (magnitude > 1) {
        bits += (place - last - 1) >> parameter;
        bits += BitWriter.gammaBits(magnitude - 1);
        last = place;
      }
    }
    return Varint.sizeBytes(count) + 1 + RiceCode.bytes(bits);
  }

  static void write(BlockEntries entries, int count, ByteBuffer out, BitWriter bits) {
    int parameter = RiceCode.parameter(entries.count() - count, count);
    Varint.put(out, count);
    out.put((byte) parameter);
    bits.start(out);
    int[] k = entries.multiplicities();
    int last = -1;
    for (int place = 0; place < entries.count(); place++) {
      int magnitude = Math.abs(k[place]);
      if (magnitude > 1) {
        RiceCode.put(bits, place - last - 1, parameter);
        bits.putGamma(magnitude - 1);
        last = place;
      }
    }
    bits.finish();
  }

  /** Multiplies entries that have been read as +1 and -1. */
  static void read(ByteBuffer in, int end, BlockEntries entries, BitReader bits)
      throws CorruptPayloadException {
    long count = Varint.take(in, end);
    if (count < 1 || count > entries.count()) {
      throw new CorruptPayloadException(
          "a block of "
              + entries.count()
              + " entries has "
              + count
              + " multiplicities above one, but must have 1 to as many as entries");
    }
    int parameter = RiceCode.takeParameter(in, end);
    bits.start(in, end);
    int[] k = entries.multiplicities();
    long place = -1;
    for (int i = 0; i < count; i++) {
      place += 1 + RiceCode.take(bits, parameter, entries.count());
      if (place >= entries.count()) {
        throw new CorruptPayloadException(
            "a multiplicity belongs to entry " + place + ", but there are " + entries.count());
      }
      int magnitude = bits.takeGamma() + 1;
      if (magnitude > SparseUpdate.MAX_MULTIPLICITY) {
        throw new CorruptPayloadException(
            "multiplicity "
                + magnitude
                + " is above the limit of "
                + SparseUpdate.MAX_MULTIPLICITY);
      }
      k[(int) place] *= magnitude;
    }
    bits.finish();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/**
 * Blocks with few entries: the gaps between them in Rice code, whose lower bits, each with a sign,
 * stand before all upper parts, so that {@link RiceReader} finds both without waiting for the entry
 * before.
 *
 * <p>Of the formats for sparse positions it is the shortest whatever the positions are. Elias-Fano
 * with b lower bits spends n * (b + 1) bits and one for each 2^b of the block's length u; here the
 * same b costs n * (b + 1) and the sum of gap >> b, which is at most u >> b. So Elias-Fano, whose
 * merit is random access, can never be the smaller one and is not offered.
 */
final class RiceFormat {
  private RiceFormat() {}

  /** Number of bytes without multiplicities; there must be an entry. */
  static long sizeBytes(BlockEntries entries) {
    int count = entries.count();
    int[] indices = entries.indices();
    int parameter = parameter(entries);
    long upperBits = count;
    int last = -1;
    for (int place = 0; place < count; place++) {
      upperBits += (indices[place] - last - 1) >> parameter;
      last = indices[place];
    }
    return Varint.sizeBytes(count)
        + 1
        + RiceCode.bytes(lowerBits(count, parameter))
        + RiceCode.bytes(upperBits);
  }

  static void write(BlockEntries entries, ByteBuffer out, BitWriter bits) {
    int count = entries.count();
    int[] indices = entries.indices();
    int[] k = entries.multiplicities();
    int parameter = parameter(entries);
    int lowMask = (1 << parameter) - 1;
    Varint.put(out, count);
    out.put((byte) parameter);
    bits.start(out);
    int last = -1;
    for (int place = 0; place < count; place++) {
      int low = (indices[place] - last - 1) & lowMask;
      int sign = k[place] >>> (Integer.SIZE - 1);
      bits.put(low | sign << parameter, parameter + 1);
      last = indices[place];
    }
    bits.finish();
    bits.start(out);
    last = -1;
    for (int place = 0; place < count; place++) {
      bits.putUnary((indices[place] - last - 1) >> parameter);
      last = indices[place];
    }
    bits.finish();
  }

  /** Bits of the lower parts and signs. */
  static long lowerBits(long count, int parameter) {
    return count * (parameter + 1);
  }

  private static int parameter(BlockEntries entries) {
    int count = entries.count();
    return RiceCode.parameter(entries.indices()[count - 1] + 1L - count, count);
  }
}

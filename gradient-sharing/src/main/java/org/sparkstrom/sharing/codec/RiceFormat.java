// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/**
 * Blocks with few entries: the gaps between them in Rice code, each followed by a sign.
 *
 * <p>Of the formats for sparse positions it is the shortest whatever the positions are. Elias-Fano
 * with b lower bits spends n * (b + 1) bits and one for each 2^b of the block's length u; here the
 * same b costs n * (b + 1) and the sum of gap >> b, which is at most u >> b. So Elias-Fano, whose
 * merit is random access, can never be the smaller one and is not offered.
 */
final class RiceFormat {
  /** Enough for the sign and the longest lower bits beside a short unary part. */
  private static final int REFILL_BELOW = 48;

  private RiceFormat() {}

  /** Number of bytes without multiplicities; there must be an entry. */
  static long sizeBytes(BlockEntries entries) {
    int count = entries.count();
    int[] indices = entries.indices();
    int parameter = parameter(entries);
    long bits = (long) count * (2 + parameter);
    int last = -1;
    for (int place = 0; place < count; place++) {
      bits += (indices[place] - last - 1) >> parameter;
      last = indices[place];
    }
    return Varint.sizeBytes(count) + 1 + RiceCode.bytes(bits);
  }

  static void write(BlockEntries entries, ByteBuffer out, BitWriter bits) {
    int count = entries.count();
    int[] indices = entries.indices();
    int[] k = entries.multiplicities();
    int parameter = parameter(entries);
    Varint.put(out, count);
    out.put((byte) parameter);
    bits.start(out);
    int last = -1;
    for (int place = 0; place < count; place++) {
      RiceCode.put(bits, indices[place] - last - 1, parameter);
      bits.put(k[place] >>> (Integer.SIZE - 1), 1);
      last = indices[place];
    }
    bits.finish();
  }

  /** Reads the entries of a block that ends before {@code end}, as +1 and -1. */
  static void read(ByteBuffer in, int end, BlockEntries entries, BitReader bits)
      throws CorruptPayloadException {
    long count = Varint.take(in, end);
    int parameter = RiceCode.takeParameter(in, end);
    long most = Math.min(entries.blockLength(), (long) (end - in.position()) * Byte.SIZE / 2);
    if (count < 1 || count > most) {
      throw new CorruptPayloadException(
          "a block claims " + count + " entries, but can hold 1 to " + most);
    }
    entries.ensureCapacity((int) count);
    bits.start(in, end);
    readEntries(in, end, (int) count, parameter, entries, bits);
    entries.count((int) count);
    bits.finish();
  }

  private static void readEntries(
      ByteBuffer in, int end, int count, int parameter, BlockEntries entries, BitReader bits)
      throws CorruptPayloadException {
    int[] indices = entries.indices();
    int[] k = entries.multiplicities();
    int blockLength = entries.blockLength();
    long endBit = (long) end * Byte.SIZE;
    long lowMask = (1L << parameter) - 1;
    long bit = bits.bit();
    long word = 0;
    int available = 0;
    long index = -1;
    for (int place = 0; place < count; place++) {
      if (available < REFILL_BELOW) {
        word = BitReader.peek(in, bit, endBit);
        available = Long.SIZE - (int) (bit & 7);
      }
      int high = Long.numberOfTrailingZeros(word);
      int used = high + parameter + 2;
      long gap;
      long sign;
      if (used <= available) {
        gap = (long) high << parameter | (word >>> high >>> 1 & lowMask);
        sign = word >>> (used - 1);
        word = word >>> (used - 1) >>> 1;
        available -= used;
        bit += used;
      } else { // a gap far above the mean
        bits.bit(bit);
        gap = RiceCode.take(bits, parameter, blockLength);
        sign = bits.take(1);
        bit = bits.bit();
        available = 0;
      }
      index += 1 + gap;
      if (index >= blockLength) {
        throw new CorruptPayloadException(
            "index " + index + " lies outside of its block of " + blockLength);
      }
      indices[place] = (int) index;
      k[place] = 1 - 2 * (int) (sign & 1);
    }
    if (bit > endBit) {
      throw new CorruptPayloadException("an entry is cut off by the end of its block");
    }
    bits.bit(bit);
  }

  private static int parameter(BlockEntries entries) {
    int count = entries.count();
    return RiceCode.parameter(entries.indices()[count - 1] + 1L - count, count);
  }
}

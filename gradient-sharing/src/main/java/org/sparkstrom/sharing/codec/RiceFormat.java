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
  /** Bits of a word wherever in a byte it begins. */
  private static final int WORD_BITS = Long.SIZE - Byte.SIZE + 1;

  /** Bits of a word that entries fill on average; the rest is for those above the mean. */
  private static final int FILLED_BITS = 50;

  /** The one that ends the unary part, and the sign. */
  private static final int FIXED_BITS = 2;

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

  /**
   * Reads entry by entry from words of 57 bits. A word is loaded once for as many entries as it
   * holds on average, because the load is what an entry would wait for; those that do not fit are
   * found by their length.
   */
  private static void readEntries(
      ByteBuffer in, int end, int count, int parameter, BlockEntries entries, BitReader bits)
      throws CorruptPayloadException {
    int[] indices = entries.indices();
    int[] k = entries.multiplicities();
    int blockLength = entries.blockLength();
    long lowMask = (1L << parameter) - 1;
    int wordEntries = Math.max(1, FILLED_BITS / (parameter + FIXED_BITS + 1));
    long lastWord = ((long) end - Long.BYTES) * Byte.SIZE;
    long bit = bits.bit();
    long index = -1;
    int place = 0;
    while (place < count) {
      int first = place;
      if (bit <= lastWord) {
        long word = BitReader.word(in, bit);
        int stop = Math.min(count, place + wordEntries);
        int left = WORD_BITS;
        while (place < stop) {
          int high = Long.numberOfTrailingZeros(word);
          int used = high + parameter + FIXED_BITS;
          left -= used;
          if (left < 0) {
            left += used;
            break;
          }
          long rest = word >>> (high + 1);
          index += 1 + (((long) high << parameter) | (rest & lowMask));
          if (index >= blockLength) {
            throw outside(index, blockLength);
          }
          indices[place] = (int) index;
          k[place] = 1 - 2 * (int) ((rest >>> parameter) & 1);
          word >>>= used;
          place++;
        }
        bit += WORD_BITS - left;
      }
      if (place == first) { // at the end of the block, or a gap far above the mean
        bits.bit(bit);
        index += 1 + RiceCode.take(bits, parameter, blockLength);
        if (index >= blockLength) {
          throw outside(index, blockLength);
        }
        indices[place] = (int) index;
        k[place] = 1 - 2 * bits.take(1);
        bit = bits.bit();
        place++;
      }
    }
    bits.bit(bit);
  }

  private static CorruptPayloadException outside(long index, int blockLength) {
    return new CorruptPayloadException(
        "index " + index + " lies outside of its block of " + blockLength);
  }

  private static int parameter(BlockEntries entries) {
    int count = entries.count();
    return RiceCode.parameter(entries.indices()[count - 1] + 1L - count, count);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Blocks with few entries: the gaps between them in Rice code, each followed by a sign.
 *
 * <p>Of the formats for sparse positions it is the shortest whatever the positions are. Elias-Fano
 * with b lower bits spends n * (b + 1) bits and one for each 2^b of the block's length u; here the
 * same b costs n * (b + 1) and the sum of gap >> b, which is at most u >> b. So Elias-Fano, whose
 * merit is random access, can never be the smaller one and is not offered.
 */
final class RiceFormat {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Bits of a word wherever in a byte it begins. */
  private static final int WORD_BITS = Long.SIZE - Byte.SIZE + 1;

  private static final int GROUP = 4;

  /** Above, four entries do not fit a word on average. */
  private static final int MAX_GROUP_PARAMETER = 10;

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
    int place = 0;
    if (parameter <= MAX_GROUP_PARAMETER && in.hasArray()) {
      place = readGroups(in, end, count, parameter, entries, bits);
    }
    long index = place == 0 ? -1 : indices[place - 1];
    while (place < count) {
      index += 1 + RiceCode.take(bits, parameter, blockLength);
      requireInside(index, blockLength);
      indices[place] = (int) index;
      k[place] = 1 - 2 * bits.take(1);
      place++;
    }
  }

  /**
   * Reads four entries at a time from one word of 57 bits, as far as words are whole; returns how
   * many. The load of a word is what an entry would wait for, and entries in a row without a branch
   * between them keep the CPU busy: that is twice as fast as one by one. Where four do not fit, it
   * reads one.
   *
   * <p>The index is an int and checked once a group: gaps here are below 2^16, a block is shorter
   * than 2^28.
   */
  private static int readGroups(
      ByteBuffer in, int end, int count, int parameter, BlockEntries entries, BitReader bits)
      throws CorruptPayloadException {
    byte[] bytes = in.array();
    int[] indices = entries.indices();
    int[] k = entries.multiplicities();
    int lowBits = parameter + 1; // with the sign
    int lowMask = (1 << parameter) - 1;
    long offsetBits = (long) in.arrayOffset() * Byte.SIZE;
    long bit = bits.bit() + offsetBits;
    long lastWord = ((long) end - Long.BYTES) * Byte.SIZE + offsetBits;
    int index = -1;
    int place = 0;
    while (place <= count - GROUP && bit <= lastWord) {
      long first = (long) WORDS.get(bytes, (int) (bit >>> 3)) >>> (bit & 7);
      int high0 = Long.numberOfTrailingZeros(first);
      long rest0 = first >>> high0 >>> 1;
      long second = rest0 >>> lowBits;
      int high1 = Long.numberOfTrailingZeros(second);
      long rest1 = second >>> high1 >>> 1;
      long third = rest1 >>> lowBits;
      int high2 = Long.numberOfTrailingZeros(third);
      long rest2 = third >>> high2 >>> 1;
      long fourth = rest2 >>> lowBits;
      int high3 = Long.numberOfTrailingZeros(fourth);
      long rest3 = fourth >>> high3 >>> 1;
      int used = high0 + high1 + high2 + high3 + GROUP * (lowBits + 1);
      index += 1 + ((high0 << parameter) | ((int) rest0 & lowMask));
      indices[place] = index;
      k[place] = sign(rest0, parameter);
      if (used > WORD_BITS) {
        used = high0 + lowBits + 1;
        if (used > WORD_BITS) { // a gap far above the mean
          break;
        }
        place++;
      } else {
        index += 1 + ((high1 << parameter) | ((int) rest1 & lowMask));
        indices[place + 1] = index;
        k[place + 1] = sign(rest1, parameter);
        index += 1 + ((high2 << parameter) | ((int) rest2 & lowMask));
        indices[place + 2] = index;
        k[place + 2] = sign(rest2, parameter);
        index += 1 + ((high3 << parameter) | ((int) rest3 & lowMask));
        indices[place + 3] = index;
        k[place + 3] = sign(rest3, parameter);
        place += GROUP;
      }
      bit += used;
      requireInside(index, entries.blockLength());
    }
    bits.bit(bit - offsetBits);
    return place;
  }

  private static int sign(long rest, int parameter) {
    return 1 - (((int) (rest >>> parameter) & 1) << 1);
  }

  private static void requireInside(long index, int blockLength) throws CorruptPayloadException {
    if (index >= blockLength) {
      throw new CorruptPayloadException(
          "an index lies outside of its block of " + blockLength + " entries");
    }
  }

  private static int parameter(BlockEntries entries) {
    int count = entries.count();
    return RiceCode.parameter(entries.indices()[count - 1] + 1L - count, count);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Reads what {@link RiceFormat} wrote.
 *
 * <p>An entry's lower part has a place that follows from its number, and its upper part is a one in
 * a word whose ones are taken off the lowest first. So the CPU works on many entries at once, with
 * one branch for each word to foresee.
 *
 * <p>Keeps a copy of the bytes with a word of zeros behind them, so that words can be read
 * anywhere. Not thread-safe.
 */
final class RiceReader {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Bits of a word wherever in a byte it begins. */
  private static final int WORD_BITS = Long.SIZE - Byte.SIZE + 1;

  private static final int GROUP = 4;

  /** Entries that stay in the first-level cache from the one step to the next; a word at least. */
  private static final int PIECE = 1024;

  private byte[] bytes = new byte[0];

  /** Reads the entries of a block that ends before {@code end}, as +1 and -1. */
  void read(ByteBuffer in, int end, BlockEntries entries) throws CorruptPayloadException {
    long count = Varint.take(in, end);
    int parameter = RiceCode.takeParameter(in, end);
    int start = in.position();
    int length = end - start;
    long most = Math.min(entries.blockLength(), (long) length * Byte.SIZE / (parameter + 2));
    if (count < 1 || count > most) {
      throw new CorruptPayloadException(
          "a block claims " + count + " entries, but can hold 1 to " + most);
    }
    entries.ensureCapacity((int) count);
    copy(in, length);
    long lowerBits = RiceFormat.lowerBits(count, parameter);
    requireZeros(word(lowerBits), (int) (-lowerBits & 7));
    int upper = (int) RiceCode.bytes(lowerBits);
    int behind = readEntries(upper, length, (int) count, parameter, entries);
    entries.count((int) count);
    in.position(start + behind);
  }

  private void copy(ByteBuffer in, int length) {
    if (bytes.length < length + Long.BYTES) {
      bytes = new byte[length + Long.BYTES];
    }
    in.get(bytes, 0, length);
    Arrays.fill(bytes, length, length + Long.BYTES, (byte) 0);
  }

  /** Puts the lower parts, with their signs above them, where the indices shall be. */
  private void readLower(int from, int to, int width, int[] fields) {
    int mask = (int) ((1L << width) - 1);
    int place = from;
    if (GROUP * width <= WORD_BITS) {
      for (; place <= to - GROUP; place += GROUP) {
        long word = word((long) place * width);
        fields[place] = (int) word & mask;
        fields[place + 1] = (int) (word >>> width) & mask;
        fields[place + 2] = (int) (word >>> (2 * width)) & mask;
        fields[place + 3] = (int) (word >>> (3 * width)) & mask;
      }
    }
    for (; place < to; place++) {
      fields[place] = (int) word((long) place * width) & mask;
    }
  }

  /**
   * Makes signs of fields, and leaves of each what its entry is ahead of the one before it by its
   * lower part, and behind it by being the next: an index is its one's place in the stream, less
   * the number of ones before, times 2^parameter, plus the lower parts, plus that number.
   */
  private static void separate(int[] fields, int[] signs, int from, int to, int parameter) {
    int mask = (1 << parameter) - 1;
    for (int place = from; place < to; place++) {
      int field = fields[place];
      signs[place] = 1 - ((field >> parameter) << 1);
      fields[place] = (field & mask) - mask;
    }
  }

  /**
   * Reads the entries: the lower parts in pieces, and the upper parts, which begin at a byte, word
   * by word.
   *
   * @return the byte behind the upper parts
   */
  private int readEntries(int upper, int end, int count, int parameter, BlockEntries entries)
      throws CorruptPayloadException {
    int[] indices = entries.indices();
    int highest = entries.blockLength() >> parameter;
    int at = upper;
    long ones = 0;
    int one = 0;
    long index = -1;
    long rest = (1L << parameter) - 1; // the index without the one's place in its word
    int place = 0;
    int lower = 0; // entries whose lower parts are there
    for (long bit = 0; place < count; bit += Long.SIZE) {
      requireUpperPart(at < end, bit - place <= highest, entries);
      ones = (long) WORDS.get(bytes, at);
      int stop = Math.min(count, place + Long.bitCount(ones));
      if (stop > lower) {
        int to = Math.min(count, lower + PIECE);
        readLower(lower, to, parameter + 1, indices);
        separate(indices, entries.multiplicities(), lower, to, parameter);
        lower = to;
      }
      while (place < stop) {
        one = Long.numberOfTrailingZeros(ones);
        ones &= ones - 1;
        rest += indices[place];
        index = rest + ((long) one << parameter);
        indices[place] = (int) index;
        place++;
      }
      rest += (long) Long.SIZE << parameter;
      at += Long.BYTES;
    }
    requireUpperPart(true, index < entries.blockLength(), entries);
    int behind = (one >>> 3) + 1; // bytes of the last word
    requireZeros(ones >>> one, behind * Byte.SIZE - one); // the lowest one of these is taken off
    return at - Long.BYTES + behind;
  }

  private long word(long bit) {
    return (long) WORDS.get(bytes, (int) (bit >>> 3)) >>> (bit & 7);
  }

  private static void requireUpperPart(boolean complete, boolean inside, BlockEntries entries)
      throws CorruptPayloadException {
    if (!complete) {
      throw new CorruptPayloadException("a number is cut off by the end of its block");
    }
    if (!inside) {
      throw new CorruptPayloadException(
          "an index lies outside of its block of " + entries.blockLength() + " entries");
    }
  }

  private static void requireZeros(long word, int bits) throws CorruptPayloadException {
    if ((word & ((1L << bits) - 1)) != 0) {
      throw new CorruptPayloadException("the unused bits of a stream's last byte must be zero");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/**
 * Reads what {@link BitWriter} wrote, and no bit behind the end that it is given.
 *
 * <p>Reused for one stream after the other. Not thread-safe.
 */
final class BitReader {
  /** Bits of {@link #peek} that are there wherever a byte begins. */
  static final int PEEKED_BITS = Long.SIZE - Byte.SIZE;

  private ByteBuffer in;
  private long bit;
  private long endBit;

  /** Starts at the buffer's position, for bytes that end before {@code end}. */
  void start(ByteBuffer buffer, int end) {
    in = buffer;
    bit = (long) buffer.position() * Byte.SIZE;
    endBit = (long) end * Byte.SIZE;
  }

  /** The next bits, 57 at least, lowest first; zeros stand for what lies behind the end. */
  long peek() {
    return peek(in, bit, endBit);
  }

  private static long peek(ByteBuffer in, long bit, long endBit) {
    if (bit + Long.SIZE <= endBit) {
      return in.getLong((int) (bit >>> 3)) >>> (bit & 7);
    }
    long word = 0;
    int end = (int) (endBit >>> 3);
    int at = (int) (bit >>> 3);
    for (int shift = 0; at < end && shift < Long.SIZE; at++, shift += Byte.SIZE) {
      word |= (in.get(at) & 0xffL) << shift;
    }
    return word >>> (bit & 7);
  }

  /** A number of so many bits, at most 32. */
  int take(int bits) throws CorruptPayloadException {
    long value = peek() & ((1L << bits) - 1);
    advance(bits);
    return (int) value;
  }

  /** The number of zeros before the next one, which must be at most that. */
  int takeUnary(int most) throws CorruptPayloadException {
    int zeros = 0;
    while (true) {
      int run = Math.min(Long.numberOfTrailingZeros(peek()), PEEKED_BITS);
      zeros += run;
      if (zeros > most) {
        throw new CorruptPayloadException("a number has more than " + most + " leading zeros");
      }
      if (run < PEEKED_BITS) {
        advance(run + 1);
        return zeros;
      }
      advance(run);
    }
  }

  /** A number above 0 in Elias's gamma code, of at most 31 bits. */
  int takeGamma() throws CorruptPayloadException {
    int bits = takeUnary(Integer.SIZE - 2);
    return (1 << bits) | take(bits);
  }

  private void advance(long bits) throws CorruptPayloadException {
    bit += bits;
    if (bit > endBit) {
      throw new CorruptPayloadException("a number is cut off by the end of its block");
    }
  }

  /** Moves the buffer behind the last byte that was begun; its unused bits must be zero. */
  void finish() throws CorruptPayloadException {
    int unused = (int) (-bit & 7);
    if ((peek() & ((1L << unused) - 1)) != 0) {
      throw new CorruptPayloadException("the unused bits of a stream's last byte must be zero");
    }
    in.position((int) ((bit + unused) >>> 3));
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/**
 * Appends numbers of a few bits to a little-endian buffer, the lowest bit first.
 *
 * <p>Reused for one stream after the other. Not thread-safe.
 */
final class BitWriter {
  private static final int FLUSH_BITS = Integer.SIZE;

  private ByteBuffer out;
  private long word;
  private int used;

  /** Starts a stream at the buffer's position. */
  void start(ByteBuffer buffer) {
    out = buffer;
    word = 0;
    used = 0;
  }

  /** Appends the lowest bits of a number that has no others; at most 32. */
  void put(long value, int bits) {
    word |= value << used;
    used += bits;
    if (used >= FLUSH_BITS) {
      out.putInt((int) word);
      word >>>= FLUSH_BITS;
      used -= FLUSH_BITS;
    }
  }

  /** Appends that many zeros and a one. */
  void putUnary(int zeros) {
    int rest = zeros;
    while (rest >= FLUSH_BITS) {
      put(0, FLUSH_BITS);
      rest -= FLUSH_BITS;
    }
    put(1L << rest, rest + 1);
  }

  /** Appends a number above 0 in Elias's gamma code: its length in unary, then its lower bits. */
  void putGamma(int value) {
    int bits = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(value);
    putUnary(bits);
    put(value - (1L << bits), bits);
  }

  /** Fills the last byte with zeros and writes what is left. */
  void finish() {
    while (used > 0) {
      out.put((byte) word);
      word >>>= Byte.SIZE;
      used -= Byte.SIZE;
    }
  }

  static int gammaBits(int value) {
    return 2 * (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(value)) + 1;
  }
}

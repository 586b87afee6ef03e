// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/**
 * Unsigned numbers below 2^35 in one to five bytes, seven bits a byte, lowest first (LEB128).
 *
 * <p>Each number has one encoding: a padded one is refused.
 */
final class Varint {
  private static final int MAX_BYTES = 5;
  private static final int MORE = 0x80;

  private Varint() {}

  static int sizeBytes(long value) {
    return value == 0 ? 1 : (70 - Long.numberOfLeadingZeros(value)) / 7;
  }

  static void put(ByteBuffer out, long value) {
    long rest = value;
    while (rest >= MORE) {
      out.put((byte) (rest | MORE));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  /** Reads a number that must end before {@code end}, an absolute position. */
  static long take(ByteBuffer in, int end) throws CorruptPayloadException {
    long value = 0;
    for (int length = 0; length < MAX_BYTES; length++) {
      if (in.position() >= end) {
        throw new CorruptPayloadException("a number is cut off by the end of its block");
      }
      byte next = in.get();
      value |= (long) (next & 0x7f) << (7 * length);
      if (next >= 0) {
        if (next == 0 && length > 0) {
          throw new CorruptPayloadException("a number is padded to " + (length + 1) + " bytes");
        }
        return value;
      }
    }
    throw new CorruptPayloadException("a number is longer than " + MAX_BYTES + " bytes");
  }
}

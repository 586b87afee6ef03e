// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/**
 * Blocks with many entries: one digit for each, whether zero or not, five ternary digits a byte.
 *
 * <p>The first entry is the lowest digit: 0 is zero, 1 is +1, 2 is -1. Digits behind the block's
 * end are 0. That takes 1.6 bits for an entry; no code for arbitrary signs can go below log2 3 =
 * 1.585.
 */
final class TernaryFormat {
  private static final int DIGITS = 5;
  private static final int BASE = 3;
  private static final int BYTES_IN_USE = 243;
  private static final int CODE_BITS = 2;
  private static final int[] POWERS = {1, 3, 9, 27, 81};
  private static final short[] CODES = codes();

  private TernaryFormat() {}

  /** Number of bytes without multiplicities. */
  static int sizeBytes(int blockLength) {
    return (int) ((blockLength + DIGITS - 1L) / DIGITS);
  }

  static void write(BlockEntries entries, ByteBuffer out) {
    int count = entries.count();
    int[] indices = entries.indices();
    int[] k = entries.multiplicities();
    int bytes = sizeBytes(entries.blockLength());
    int place = 0;
    for (int at = 0; at < bytes; at++) {
      int first = at * DIGITS;
      int value = 0;
      while (place < count && indices[place] - first < DIGITS) {
        int digit = k[place] > 0 ? 1 : 2;
        value += digit * POWERS[indices[place] - first];
        place++;
      }
      out.put((byte) value);
    }
  }

  /** Reads the entries of a block that ends before {@code end}, as +1 and -1. */
  static void read(ByteBuffer in, int end, BlockEntries entries) throws CorruptPayloadException {
    int blockLength = entries.blockLength();
    int bytes = sizeBytes(blockLength);
    if (end - in.position() < bytes) {
      throw new CorruptPayloadException(
          "a block of "
              + blockLength
              + " entries has "
              + bytes
              + " bytes of digits, but there are "
              + (end - in.position()));
    }
    for (int at = 0; at < bytes; at++) {
      int value = in.get() & 0xff;
      if (value >= BYTES_IN_USE) {
        throw new CorruptPayloadException(
            "a byte of ternary digits must be below " + BYTES_IN_USE + ", but is " + value);
      }
      int code = CODES[value];
      for (int index = at * DIGITS; code != 0; index++, code >>>= CODE_BITS) {
        if ((code & 3) != 0) {
          if (index >= blockLength) {
            throw new CorruptPayloadException(
                "digits behind the end of a block must be 0, but that of index "
                    + index
                    + " is not");
          }
          entries.add(index, (code & 3) == 1 ? 1 : -1);
        }
      }
    }
    if (entries.count() == 0) {
      throw new CorruptPayloadException("a block without entries must be marked as empty");
    }
  }

  /** For each byte its digits, two bits for each. */
  private static short[] codes() {
    short[] codes = new short[BYTES_IN_USE];
    for (int value = 0; value < BYTES_IN_USE; value++) {
      int rest = value;
      for (int digit = 0; digit < DIGITS; digit++) {
        codes[value] |= (short) (rest % BASE << (CODE_BITS * digit));
        rest /= BASE;
      }
    }
    return codes;
  }
}

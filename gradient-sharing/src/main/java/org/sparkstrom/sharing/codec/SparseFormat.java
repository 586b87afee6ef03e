// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/**
 * Blocks with few entries: the gaps between them.
 *
 * <p>Per entry a varint of gap * 4 + flags, where the gap is the number of zeros since the entry
 * before; flag 1 is a negative sign, flag 2 says that a varint of |k| - 2 follows. So an entry of
 * +-1 with fewer than 32 zeros before it takes one byte, with fewer than 4096 two.
 */
final class SparseFormat {
  private static final int NEGATIVE = 1;
  private static final int MULTIPLE = 2;
  private static final int FLAG_BITS = 2;

  private SparseFormat() {}

  static long sizeBytes(BlockEntries entries) {
    long size = 0;
    int next = 0;
    for (int place = 0; place < entries.count(); place++) {
      int index = entries.index(place);
      int magnitude = Math.abs(entries.multiplicity(place));
      size += Varint.sizeBytes((long) (index - next) << FLAG_BITS);
      if (magnitude > 1) {
        size += Varint.sizeBytes(magnitude - 2);
      }
      next = index + 1;
    }
    return size;
  }

  static void write(BlockEntries entries, ByteBuffer out) {
    int next = 0;
    for (int place = 0; place < entries.count(); place++) {
      int index = entries.index(place);
      int multiplicity = entries.multiplicity(place);
      int magnitude = Math.abs(multiplicity);
      long word = (long) (index - next) << FLAG_BITS;
      if (multiplicity < 0) {
        word |= NEGATIVE;
      }
      if (magnitude == 1) {
        Varint.put(out, word);
      } else {
        Varint.put(out, word | MULTIPLE);
        Varint.put(out, magnitude - 2);
      }
      next = index + 1;
    }
  }

  /** Reads the entries of a block that ends at the position {@code end}. */
  static void read(ByteBuffer in, int end, int blockLength, BlockEntries entries)
      throws CorruptPayloadException {
    long next = 0;
    while (in.position() < end) {
      long word = Varint.take(in, end);
      long index = next + (word >>> FLAG_BITS);
      if (index >= blockLength) {
        throw new CorruptPayloadException(
            "index " + index + " lies outside of its block of " + blockLength + " entries");
      }
      int magnitude = (word & MULTIPLE) == 0 ? 1 : ThresholdDecoder.magnitude(Varint.take(in, end));
      entries.add((int) index, (word & NEGATIVE) == 0 ? magnitude : -magnitude);
      next = index + 1;
    }
  }
}

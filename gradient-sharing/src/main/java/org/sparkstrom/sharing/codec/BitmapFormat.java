// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/**
 * Blocks with many entries: two bits for each, whether zero or not.
 *
 * <p>Four codes a byte, the lowest bits first: 0 is k = 0, 1 is +1, 2 is -1, 3 says that k follows
 * behind the codes as a varint of (|k| - 2) * 2 + (1 if negative). Unused bits of the last code
 * byte are zero.
 */
final class BitmapFormat {
  private static final int PLUS_ONE = 1;
  private static final int MINUS_ONE = 2;
  private static final int ESCAPE = 3;

  private BitmapFormat() {}

  static long sizeBytes(BlockEntries entries, int blockLength) {
    long size = codeBytes(blockLength);
    for (int place = 0; place < entries.count(); place++) {
      int magnitude = Math.abs(entries.multiplicity(place));
      if (magnitude > 1) {
        size += Varint.sizeBytes((magnitude - 2L) << 1);
      }
    }
    return size;
  }

  static void write(BlockEntries entries, int blockLength, ByteBuffer out) {
    int codes = out.position();
    int codesEnd = codes + codeBytes(blockLength);
    while (out.position() < codesEnd) {
      out.put((byte) 0);
    }
    for (int place = 0; place < entries.count(); place++) {
      int index = entries.index(place);
      int multiplicity = entries.multiplicity(place);
      int code =
          switch (multiplicity) {
            case 1 -> PLUS_ONE;
            case -1 -> MINUS_ONE;
            default -> ESCAPE;
          };
      int at = codes + (index >> 2);
      out.put(at, (byte) (out.get(at) | code << shift(index)));
      if (code == ESCAPE) {
        int sign = multiplicity < 0 ? 1 : 0;
        Varint.put(out, (Math.abs(multiplicity) - 2L) << 1 | sign);
      }
    }
  }

  /** Reads the entries of a block that ends at the position {@code end}. */
  static void read(ByteBuffer in, int end, int blockLength, BlockEntries entries)
      throws CorruptPayloadException {
    int codes = in.position();
    int codeBytes = codeBytes(blockLength);
    if (end - codes < codeBytes) {
      throw new CorruptPayloadException(
          "a bitmap of "
              + blockLength
              + " entries has "
              + codeBytes
              + " code bytes, but the block has "
              + (end - codes));
    }
    in.position(codes + codeBytes);
    for (int at = 0; at < codeBytes; at++) {
      int rest = in.get(codes + at) & 0xff;
      for (int index = at << 2; rest != 0; index++, rest >>>= 2) {
        if ((rest & 3) != 0) {
          if (index >= blockLength) {
            throw new CorruptPayloadException(
                "unused bits of a bitmap must be zero, but those of index " + index + " are not");
          }
          entries.add(index, multiplicity(rest & 3, in, end));
        }
      }
    }
    if (in.position() != end) {
      throw new CorruptPayloadException(
          (end - in.position()) + " bytes follow the last multiplicity of a bitmap");
    }
  }

  private static int multiplicity(int code, ByteBuffer in, int end) throws CorruptPayloadException {
    if (code == PLUS_ONE) {
      return 1;
    }
    if (code == MINUS_ONE) {
      return -1;
    }
    long word = Varint.take(in, end);
    int magnitude = ThresholdDecoder.magnitude(word >>> 1);
    return (word & 1) == 0 ? magnitude : -magnitude;
  }

  private static int codeBytes(int blockLength) {
    return (blockLength + 3) >>> 2;
  }

  private static int shift(int index) {
    return (index & 3) << 1;
  }
}

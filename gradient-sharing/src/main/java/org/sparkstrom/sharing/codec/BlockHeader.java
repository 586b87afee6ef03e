// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/** The six bytes before each block: format tag, threshold exponent, length of the block's bytes. */
final class BlockHeader {
  static final int TAG_OFFSET = 0;
  static final int EXPONENT_OFFSET = 1;
  static final int LENGTH_OFFSET = 2;
  static final int BYTES = 6;

  static final byte EMPTY = 0;
  static final byte SPARSE = 1;
  static final byte BITMAP = 2;
  static final byte FLOAT32 = 3;

  private BlockHeader() {}

  /** Writes a header at the position, which moves behind it. */
  static void put(ByteBuffer payload, byte tag, int exponent, int lengthBytes) {
    payload.put(tag).put((byte) exponent).putInt(lengthBytes);
  }

  /**
   * Checks that a whole block stands at the position, moves behind its header, and returns the
   * length of its bytes.
   */
  static int take(ByteBuffer payload, int block) throws CorruptPayloadException {
    if (payload.remaining() < BYTES) {
      throw new CorruptPayloadException(
          "block "
              + block
              + " needs a header of 6 bytes, but "
              + payload.remaining()
              + " are left");
    }
    int start = payload.position();
    int lengthBytes = payload.getInt(start + LENGTH_OFFSET);
    payload.position(start + BYTES);
    if (lengthBytes < 0 || lengthBytes > payload.remaining()) {
      throw new CorruptPayloadException(
          "block "
              + block
              + " claims "
              + lengthBytes
              + " bytes, but "
              + payload.remaining()
              + " are left");
    }
    return lengthBytes;
  }

  /** Checks that nothing follows the last block. */
  static void requireEnd(ByteBuffer payload) throws CorruptPayloadException {
    if (payload.hasRemaining()) {
      throw new CorruptPayloadException(
          payload.remaining() + " bytes follow the last block, but none may");
    }
  }
}

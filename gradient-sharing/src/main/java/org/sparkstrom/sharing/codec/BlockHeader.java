// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;

/**
 * What stands before each block's bytes: a format tag, and unless the block is empty the exponent
 * of its unit and the number of bytes that follow.
 *
 * <p>Short, because at a density of 1e-3 a small block has a handful of entries.
 */
final class BlockHeader {
  static final int EMPTY = 0;
  static final int RICE = 1;
  static final int TERNARY = 2;
  static final int FLOAT32 = 3;
  static final int FLOAT16 = 4;

  /** Added to {@link #RICE} or {@link #TERNARY} when multiplicities above one follow. */
  static final int MULTIPLES = 0x10;

  /** Upper bound of a header and of what formats put before their entries. */
  static final int MAX_BYTES = 24;

  /** A header without its length. */
  private static final int FIXED_BYTES = 2;

  private BlockHeader() {}

  static void putEmpty(ByteBuffer payload) {
    payload.put((byte) EMPTY);
  }

  static void put(ByteBuffer payload, int tag, int exponent, int lengthBytes) {
    payload.put((byte) tag).put((byte) exponent);
    Varint.put(payload, lengthBytes);
  }

  /** The tag at the position, which stays. */
  static int tag(ByteBuffer payload, int block) throws CorruptPayloadException {
    if (!payload.hasRemaining()) {
      throw new CorruptPayloadException(
          "block " + block + " needs a header, but no bytes are left");
    }
    return payload.get(payload.position());
  }

  /** The exponent of the header of a block that is not empty; the position stays. */
  static int exponent(ByteBuffer payload, int block) throws CorruptPayloadException {
    if (payload.remaining() < FIXED_BYTES) {
      throw new CorruptPayloadException("the header of block " + block + " is cut off");
    }
    return payload.get(payload.position() + 1);
  }

  /** Moves behind the header of a block that is not empty; returns where the block ends. */
  static int skip(ByteBuffer payload, int block) throws CorruptPayloadException {
    payload.position(payload.position() + FIXED_BYTES);
    long lengthBytes = Varint.take(payload, payload.limit());
    if (lengthBytes > payload.remaining()) {
      throw new CorruptPayloadException(
          "block "
              + block
              + " claims "
              + lengthBytes
              + " bytes, but "
              + payload.remaining()
              + " are left");
    }
    return payload.position() + (int) lengthBytes;
  }

  /** Checks that a block's format has read all of its bytes. */
  static void requireBlockEnd(ByteBuffer payload, int end, int block)
      throws CorruptPayloadException {
    if (payload.position() != end) {
      throw new CorruptPayloadException(
          "block " + block + " has " + (end - payload.position()) + " bytes too many");
    }
  }

  /** Checks that nothing follows the last block. */
  static void requireEnd(ByteBuffer payload) throws CorruptPayloadException {
    if (payload.hasRemaining()) {
      throw new CorruptPayloadException(
          payload.remaining() + " bytes follow the last block, but none may");
    }
  }
}

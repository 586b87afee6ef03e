// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Offsets in a frame, which is little-endian: a header in the clear, then the sealed payload.
 *
 * <p>The header is authenticated together with the payload. docs/WIRE_FORMAT.md has the table.
 */
final class FrameDescriptor {
  /** The bytes "SPKS". */
  static final int MAGIC = 'S' | 'P' << 8 | 'K' << 16 | 'S' << 24;

  static final short VERSION = 1;

  static final int MAGIC_OFFSET = 0;
  static final int VERSION_OFFSET = 4;
  static final int QUANTIZER_OFFSET = 6;
  static final int SESSION_OFFSET = 8;
  static final int VIEW_OFFSET = 16;
  static final int SENDER_OFFSET = 20;
  static final int ROUND_OFFSET = 24;
  static final int FINGERPRINT_OFFSET = 32;
  static final int BLOCK_COUNT_OFFSET = 40;
  static final int PAYLOAD_LENGTH_OFFSET = 44;
  static final int HEADER_BYTES = 48;

  private FrameDescriptor() {}

  /** A number in a received frame, which may be in any byte order and start anywhere. */
  static int intAt(ByteBuffer frame, int offset) {
    int value = frame.getInt(frame.position() + offset);
    return frame.order() == ByteOrder.LITTLE_ENDIAN ? value : Integer.reverseBytes(value);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.nio.ByteOrder;

/**
 * The layout of a chunk: the part of a frame that travels in one packet.
 *
 * <p>Aeron keeps the packets of a stream in order, so the offset is there to be checked, not to
 * sort by. See docs/WIRE_FORMAT.md.
 */
final class ChunkDescriptor {
  static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /** int32: length of the whole frame in bytes. */
  static final int FRAME_LENGTH_OFFSET = 0;

  /** int32: place of this chunk's bytes in the frame. */
  static final int CHUNK_OFFSET_OFFSET = 4;

  /** The frame's bytes begin here. */
  static final int HEADER_LENGTH = 8;

  private ChunkDescriptor() {}
}

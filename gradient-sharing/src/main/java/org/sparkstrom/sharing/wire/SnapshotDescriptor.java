// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

/**
 * Offsets in a frame that carries a piece of a snapshot: a header in the clear, then a sealed
 * piece.
 *
 * <p>The fields that a frame of a round has too are at the same offsets. docs/WIRE_FORMAT.md has
 * the table.
 */
final class SnapshotDescriptor {
  /** The bytes "SPSN". */
  static final int MAGIC = 'S' | 'P' << 8 | 'S' << 16 | 'N' << 24;

  static final short VERSION = 1;

  static final int MAGIC_OFFSET = 0;
  static final int VERSION_OFFSET = 4;
  static final int RESERVED_OFFSET = 6;
  static final int SESSION_OFFSET = 8;
  static final int VIEW_OFFSET = 16;
  static final int SENDER_OFFSET = 20;
  static final int INDEX_OFFSET = 24;
  static final int SNAPSHOT_LENGTH_OFFSET = 28;
  static final int FINGERPRINT_OFFSET = 32;
  static final int PIECE_LENGTH_OFFSET = 40;
  static final int PAYLOAD_LENGTH_OFFSET = 44;
  static final int HEADER_BYTES = 48;

  /** Length of the SHA-256 that is the payload of the first frame. */
  static final int DIGEST_BYTES = 32;

  private SnapshotDescriptor() {}
}

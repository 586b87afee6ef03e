// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.SecretKey;
import org.sparkstrom.sharing.security.Aead;

/**
 * Seals one snapshot for one joiner: its SHA-256, then its bytes in pieces, a frame each.
 *
 * <p>No frame is longer than one of a round can be. The nonce is made of view and piece, under a
 * key that this donor and this joiner use for nothing else; so of one pair and view there may be
 * one writer only. Not thread-safe.
 */
public final class SnapshotWriter {
  private static final int MAX_PIECE_BYTES = 1 << 20;

  private final FrameScope scope;
  private final Aead aead;
  private final ByteBuffer snapshot;
  private final ByteBuffer digest;
  private final ByteBuffer header;
  private final ByteBuffer frame;
  private final int pieceBytes;
  private int index;

  /**
   * Starts before the first frame.
   *
   * @param scope the view, session and model that the snapshot belongs to
   * @param sender rank of the donor
   * @param key the key of donor and joiner
   * @param snapshot the bytes between position and limit, which must not change
   */
  public SnapshotWriter(FrameScope scope, int sender, SecretKey key, ByteBuffer snapshot) {
    this.scope = scope;
    this.aead = new Aead(key);
    this.snapshot = snapshot.slice();
    this.digest = ByteBuffer.wrap(sha256(snapshot.duplicate()));
    this.pieceBytes = Math.min(MAX_PIECE_BYTES, scope.layout().maxPayloadBytes());
    this.frame =
        ByteBuffer.allocate(
            SnapshotDescriptor.HEADER_BYTES
                + Math.max(pieceBytes, SnapshotDescriptor.DIGEST_BYTES)
                + Aead.TAG_BYTES);
    this.header =
        ByteBuffer.allocate(SnapshotDescriptor.HEADER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(SnapshotDescriptor.MAGIC_OFFSET, SnapshotDescriptor.MAGIC)
            .putShort(SnapshotDescriptor.VERSION_OFFSET, SnapshotDescriptor.VERSION)
            .putLong(SnapshotDescriptor.SESSION_OFFSET, scope.sessionId())
            .putInt(SnapshotDescriptor.VIEW_OFFSET, scope.view())
            .putInt(SnapshotDescriptor.SENDER_OFFSET, sender)
            .putInt(SnapshotDescriptor.SNAPSHOT_LENGTH_OFFSET, this.snapshot.limit())
            .putLong(SnapshotDescriptor.FINGERPRINT_OFFSET, scope.modelFingerprint())
            .putInt(SnapshotDescriptor.PIECE_LENGTH_OFFSET, pieceBytes);
  }

  /** True while frames are left. */
  public boolean hasNext() {
    return index == 0 || snapshot.hasRemaining();
  }

  /**
   * The next frame.
   *
   * @return from position to limit; this writer owns it and overwrites it next time
   */
  public ByteBuffer next() {
    ByteBuffer payload = index == 0 ? digest : piece();
    header.putInt(SnapshotDescriptor.INDEX_OFFSET, index);
    header.putInt(SnapshotDescriptor.PAYLOAD_LENGTH_OFFSET, payload.remaining());
    frame.clear();
    frame.put(header.rewind());
    aead.seal(scope.view(), index, header.rewind(), payload, frame);
    index++;
    return frame.flip();
  }

  private ByteBuffer piece() {
    int length = Math.min(pieceBytes, snapshot.remaining());
    ByteBuffer piece = snapshot.slice(snapshot.position(), length);
    snapshot.position(snapshot.position() + length);
    return piece;
  }

  static byte[] sha256(ByteBuffer bytes) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(bytes);
      return sha256.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM offers no SHA-256", e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.sparkstrom.sharing.security.Aead;

/**
 * Puts one snapshot together from the frames of one donor, in order.
 *
 * <p>The bytes are untrusted: nothing is allocated before the first frame has proven authentic, and
 * no more than a bound. A bad frame never throws; its verdict is counted. Not thread-safe.
 */
public final class SnapshotReader {
  private final FrameScope scope;
  private final int donor;
  private final Aead aead;
  private final int maxBytes;
  private final FrameTally tally = new FrameTally();
  private final ByteBuffer header =
      ByteBuffer.allocate(SnapshotDescriptor.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer digest = ByteBuffer.allocate(SnapshotDescriptor.DIGEST_BYTES);
  private ByteBuffer snapshot = ByteBuffer.allocate(0);
  private int nextIndex;

  /**
   * Expects the first frame.
   *
   * @param scope the view, session and model that the snapshot must belong to
   * @param donor rank of the sender
   * @param key the key of donor and joiner
   * @param maxBytes longest snapshot to be taken
   */
  public SnapshotReader(FrameScope scope, int donor, SecretKey key, int maxBytes) {
    this.scope = scope;
    this.donor = donor;
    this.aead = new Aead(key);
    this.maxBytes = maxBytes;
  }

  /** True if the frame says that it is a piece of a snapshot; nothing of it is checked. */
  public static boolean isSnapshot(ByteBuffer frame) {
    return frame.remaining() >= SnapshotDescriptor.HEADER_BYTES
        && FrameDescriptor.intAt(frame, SnapshotDescriptor.MAGIC_OFFSET)
            == SnapshotDescriptor.MAGIC;
  }

  /**
   * Reads the frame between position and limit.
   *
   * @param frame untrusted bytes; position and limit stay as they are
   */
  public FrameVerdict read(ByteBuffer frame) {
    FrameVerdict verdict = judge(frame);
    tally.add(verdict);
    return verdict;
  }

  /** Frames read so far by verdict; live. */
  public FrameTally tally() {
    return tally;
  }

  /**
   * The whole snapshot; empty while pieces are missing.
   *
   * @throws IllegalStateException if its SHA-256 is not the one that the donor has announced
   */
  public Optional<ByteBuffer> snapshot() {
    if (nextIndex == 0 || snapshot.hasRemaining()) {
      return Optional.empty();
    }
    ByteBuffer whole = snapshot.duplicate().flip();
    if (!Arrays.equals(SnapshotWriter.sha256(whole.duplicate()), digest.array())) {
      throw new IllegalStateException(
          "the SHA-256 of the snapshot of worker "
              + donor
              + ", "
              + whole.remaining()
              + " bytes, is not the one announced; do all workers run the same version?");
    }
    return Optional.of(whole);
  }

  private FrameVerdict judge(ByteBuffer frame) {
    int payloadBytes = frame.remaining() - SnapshotDescriptor.HEADER_BYTES - Aead.TAG_BYTES;
    if (payloadBytes < 0) {
      return FrameVerdict.TOO_SHORT;
    }
    header.put(0, frame, frame.position(), SnapshotDescriptor.HEADER_BYTES);
    FrameVerdict verdict = judgeHeader();
    if (verdict != FrameVerdict.ACCEPTED) {
      return verdict;
    }
    if (payloadBytes != header.getInt(SnapshotDescriptor.PAYLOAD_LENGTH_OFFSET)
        || payloadBytes != expectedBytes()) {
      return FrameVerdict.WRONG_LENGTH;
    }
    ByteBuffer sealed = frame.duplicate();
    sealed.position(frame.position() + SnapshotDescriptor.HEADER_BYTES);
    ByteBuffer target = nextIndex == 0 ? digest.clear() : snapshot;
    if (!aead.open(scope.view(), nextIndex, header.rewind(), sealed, target)) {
      return FrameVerdict.NOT_AUTHENTIC;
    }
    if (nextIndex == 0) {
      snapshot = ByteBuffer.allocate(header.getInt(SnapshotDescriptor.SNAPSHOT_LENGTH_OFFSET));
    }
    nextIndex++;
    return FrameVerdict.ACCEPTED;
  }

  private FrameVerdict judgeHeader() {
    if (header.getInt(SnapshotDescriptor.MAGIC_OFFSET) != SnapshotDescriptor.MAGIC) {
      return FrameVerdict.NOT_A_FRAME;
    }
    if (header.getShort(SnapshotDescriptor.VERSION_OFFSET) != SnapshotDescriptor.VERSION) {
      return FrameVerdict.OTHER_VERSION;
    }
    if (header.getLong(SnapshotDescriptor.SESSION_OFFSET) != scope.sessionId()) {
      return FrameVerdict.OTHER_SESSION;
    }
    if (header.getInt(SnapshotDescriptor.VIEW_OFFSET) != scope.view()) {
      return FrameVerdict.OTHER_VIEW;
    }
    if (header.getInt(SnapshotDescriptor.SENDER_OFFSET) != donor) {
      return FrameVerdict.UNKNOWN_SENDER;
    }
    if (header.getLong(SnapshotDescriptor.FINGERPRINT_OFFSET) != scope.modelFingerprint()) {
      return FrameVerdict.OTHER_MODEL;
    }
    int index = header.getInt(SnapshotDescriptor.INDEX_OFFSET);
    if (index < nextIndex) {
      return FrameVerdict.STALE_ROUND;
    }
    return index > nextIndex ? FrameVerdict.FUTURE_ROUND : FrameVerdict.ACCEPTED;
  }

  /** Length of the next payload; -1 if the header cannot be right. */
  private int expectedBytes() {
    int length = header.getInt(SnapshotDescriptor.SNAPSHOT_LENGTH_OFFSET);
    int pieceBytes = header.getInt(SnapshotDescriptor.PIECE_LENGTH_OFFSET);
    if (length < 0 || length > maxBytes || pieceBytes < 1) {
      return -1;
    }
    if (nextIndex == 0) {
      return SnapshotDescriptor.DIGEST_BYTES;
    }
    return length == snapshot.limit() ? Math.min(pieceBytes, snapshot.remaining()) : -1;
  }
}

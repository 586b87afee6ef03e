// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.security;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of one session, derived from the secret of its fit.
 *
 * <p>Every sender has a key of its own, so that no two workers can ever use the same key with the
 * same nonce. Derivation is HKDF-SHA256: extract with the session id (8 bytes, little-endian) as
 * salt, expand with a label and the key's context as info; docs/WIRE_FORMAT.md has the table.
 *
 * <p>Immutable and thread-safe.
 */
public final class SessionKeys {
  private static final byte[] FRAME_LABEL = label("sparkstrom frame v1");
  private static final byte[] SNAPSHOT_LABEL = label("sparkstrom snapshot v1");
  private static final byte[] CHANNEL_LABEL = label("sparkstrom channel v1");
  private static final byte[] STREAM_LABEL = label("sparkstrom stream v1");
  private static final byte[] PATH_LABEL = label("sparkstrom path v1");
  private static final int KEY_BYTES = 32;

  /** Below lie the stream ids that programs choose by hand, 0 among them. */
  private static final int MIN_STREAM_ID = 1024;

  private static final int PATH_COUNTER_BITS = 8;

  private final long sessionId;
  private final byte[] pseudoRandomKey;

  /**
   * Prepares the derivation.
   *
   * @param secret the secret of the fit
   * @param sessionId the session of the fit; another session has other keys
   */
  public SessionKeys(FitSecret secret, long sessionId) {
    Objects.requireNonNull(secret, "secret");
    this.sessionId = sessionId;
    byte[] salt = littleEndian(Long.BYTES).putLong(sessionId).array();
    this.pseudoRandomKey = Hkdf.extract(salt, secret.bytes());
  }

  /** The session that these keys belong to. */
  public long sessionId() {
    return sessionId;
  }

  /**
   * The key that one attempt of one worker seals its frames with.
   *
   * @param rank the sender's rank
   * @param salt the random number of its join, which separates the attempts of one rank
   */
  public SecretKey frameKey(int rank, long salt) {
    return key(
        FRAME_LABEL, littleEndian(Integer.BYTES + Long.BYTES).putInt(rank).putLong(salt).array());
  }

  /**
   * The key that one attempt of one worker seals a snapshot for another with. It is none of the
   * frame keys, so the nonces of snapshots and of rounds cannot meet.
   *
   * @param donorRank the sender's rank
   * @param donorSalt the random number of its join
   * @param joinerRank the receiver's rank
   * @param joinerSalt the random number of its join
   */
  public SecretKey snapshotKey(int donorRank, long donorSalt, int joinerRank, long joinerSalt) {
    return key(
        SNAPSHOT_LABEL,
        littleEndian(2 * (Integer.BYTES + Long.BYTES))
            .putInt(donorRank)
            .putLong(donorSalt)
            .putInt(joinerRank)
            .putLong(joinerSalt)
            .array());
  }

  /**
   * The key of one control connection.
   *
   * @param context what both ends have said in the clear, so that each connection has its own key
   */
  public SecretKey channelKey(byte[] context) {
    return key(CHANNEL_LABEL, context);
  }

  /**
   * The number of the stream that one attempt of one worker receives on: no secret of use to a
   * reader, but one that a stranger has to guess.
   *
   * @param rank the receiver's rank
   * @param salt the random number of its join
   * @return at least 1024
   */
  public int streamId(int rank, long salt) {
    byte[] context = littleEndian(Integer.BYTES + Long.BYTES).putInt(rank).putLong(salt).array();
    return MIN_STREAM_ID
        + (int)
            Long.remainderUnsigned(
                number(STREAM_LABEL, context), Integer.MAX_VALUE - MIN_STREAM_ID);
  }

  /**
   * The number of the way from one worker to another. As {@link #streamId}, it has to be guessed.
   *
   * @return a number whose lowest 8 bits are 0, for the sender to count its attempts in
   */
  public int pathId(int senderRank, long senderSalt, int receiverRank, long receiverSalt) {
    byte[] context =
        littleEndian(2 * (Integer.BYTES + Long.BYTES))
            .putInt(senderRank)
            .putLong(senderSalt)
            .putInt(receiverRank)
            .putLong(receiverSalt)
            .array();
    return (int) number(PATH_LABEL, context) << PATH_COUNTER_BITS;
  }

  @Override
  public String toString() {
    return "SessionKeys[sessionId=" + sessionId + "]";
  }

  private SecretKey key(byte[] label, byte[] context) {
    return new SecretKeySpec(expand(label, context, KEY_BYTES), "AES");
  }

  private long number(byte[] label, byte[] context) {
    return ByteBuffer.wrap(expand(label, context, Long.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getLong();
  }

  private byte[] expand(byte[] label, byte[] context, int lengthBytes) {
    byte[] info =
        ByteBuffer.allocate(label.length + context.length).put(label).put(context).array();
    return Hkdf.expand(pseudoRandomKey, info, lengthBytes);
  }

  private static ByteBuffer littleEndian(int lengthBytes) {
    return ByteBuffer.allocate(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A label ends in a zero byte, so that none is the beginning of another with a context. */
  private static byte[] label(String text) {
    return (text + '\0').getBytes(StandardCharsets.US_ASCII);
  }
}

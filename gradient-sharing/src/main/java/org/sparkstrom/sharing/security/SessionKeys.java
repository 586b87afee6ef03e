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
  private static final byte[] CHANNEL_LABEL = label("sparkstrom channel v1");
  private static final int KEY_BYTES = 32;

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
   * The key of one control connection.
   *
   * @param context what both ends have said in the clear, so that each connection has its own key
   */
  public SecretKey channelKey(byte[] context) {
    return key(CHANNEL_LABEL, context);
  }

  @Override
  public String toString() {
    return "SessionKeys[sessionId=" + sessionId + "]";
  }

  private SecretKey key(byte[] label, byte[] context) {
    byte[] info =
        ByteBuffer.allocate(label.length + context.length).put(label).put(context).array();
    return new SecretKeySpec(Hkdf.expand(pseudoRandomKey, info, KEY_BYTES), "AES");
  }

  private static ByteBuffer littleEndian(int lengthBytes) {
    return ByteBuffer.allocate(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A label ends in a zero byte, so that none is the beginning of another with a context. */
  private static byte[] label(String text) {
    return (text + '\0').getBytes(StandardCharsets.US_ASCII);
  }
}

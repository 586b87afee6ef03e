// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.security;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Authenticated encryption of messages that are counted: AES-256-GCM as the JDK has it.
 *
 * <p>The nonce is the pair of a domain (4 bytes) and a sequence number (8 bytes), both
 * little-endian; it does not travel. GCM breaks when a nonce is used twice under one key, so {@link
 * #seal} takes only sequence numbers that grow, over all domains. Of all objects that hold the same
 * key, one alone may seal in a domain.
 *
 * <p>Not thread-safe. Heap buffers are faster than direct ones.
 */
public final class Aead {
  /** Length of the authentication tag that follows the encrypted bytes. */
  public static final int TAG_BYTES = 16;

  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = Integer.BYTES + Long.BYTES;

  private final SecretKey key;
  private final Cipher sealing;
  private final Cipher opening;
  private final ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private long lastSealed = -1;

  /** Prepares both directions under one key. */
  public Aead(SecretKey key) {
    this.key = Objects.requireNonNull(key, "key");
    try {
      this.sealing = Cipher.getInstance(TRANSFORMATION);
      this.opening = Cipher.getInstance(TRANSFORMATION);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM offers no " + TRANSFORMATION, e);
    }
  }

  /**
   * Encrypts {@code plaintext} and writes it with its tag, {@link #TAG_BYTES} more, to {@code out}.
   * The plaintext is consumed and {@code out} moves on; the position of {@code aad} stays.
   *
   * @param nonceDomain separates those who seal under the same key
   * @param sequence number of the message; greater than that of all messages sealed before
   * @param aad bytes that travel in the clear and are authenticated with the message
   * @param plaintext what to encrypt; may be empty
   * @param out takes the result; must not overlap the plaintext
   * @throws IllegalArgumentException if {@code sequence} does not grow, or {@code out} is too small
   */
  public void seal(
      int nonceDomain, long sequence, ByteBuffer aad, ByteBuffer plaintext, ByteBuffer out) {
    if (sequence <= lastSealed) {
      throw new IllegalArgumentException(
          "a sequence number must be greater than the last one sealed, "
              + lastSealed
              + ", but is "
              + sequence
              + "; a nonce must never be used twice");
    }
    if (out.remaining() < plaintext.remaining() + TAG_BYTES) {
      throw new IllegalArgumentException(
          "out must have room for "
              + (plaintext.remaining() + TAG_BYTES)
              + " bytes, but has "
              + out.remaining());
    }
    lastSealed = sequence;
    int aadPosition = aad.position();
    try {
      sealing.init(Cipher.ENCRYPT_MODE, key, parameters(nonceDomain, sequence));
      sealing.updateAAD(aad);
      sealing.doFinal(plaintext, out);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot seal message " + sequence, e);
    } finally {
      aad.position(aadPosition);
    }
  }

  /**
   * Decrypts what {@link #seal} made, if it is authentic. Then {@code sealed} is consumed and
   * {@code out} moves on by {@link #TAG_BYTES} less; else both positions stay, and what lies behind
   * that of {@code out} is undefined. The position of {@code aad} always stays.
   *
   * @param nonceDomain the domain that the sender used
   * @param sequence the number that the sender used
   * @param aad the bytes that came in the clear
   * @param sealed encrypted bytes and tag; untrusted
   * @param out takes the plaintext; must not overlap the sealed bytes
   * @return false when the bytes are not what the holder of the key sealed under these parameters
   * @throws IllegalArgumentException if {@code out} is too small
   */
  public boolean open(
      int nonceDomain, long sequence, ByteBuffer aad, ByteBuffer sealed, ByteBuffer out) {
    if (sealed.remaining() < TAG_BYTES) {
      return false;
    }
    if (out.remaining() < sealed.remaining() - TAG_BYTES) {
      throw new IllegalArgumentException(
          "out must have room for "
              + (sealed.remaining() - TAG_BYTES)
              + " bytes, but has "
              + out.remaining());
    }
    int aadPosition = aad.position();
    int sealedPosition = sealed.position();
    int outPosition = out.position();
    try {
      opening.init(Cipher.DECRYPT_MODE, key, parameters(nonceDomain, sequence));
      opening.updateAAD(aad);
      opening.doFinal(sealed, out);
      return true;
    } catch (AEADBadTagException e) {
      sealed.position(sealedPosition);
      out.position(outPosition);
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot open message " + sequence, e);
    } finally {
      aad.position(aadPosition);
    }
  }

  private GCMParameterSpec parameters(int nonceDomain, long sequence) {
    nonce.putInt(0, nonceDomain).putLong(Integer.BYTES, sequence);
    return new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce.array());
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.security;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HKDF with HMAC-SHA256 (H. Krawczyk, P. Eronen, "HMAC-based Extract-and-Expand Key Derivation
 * Function", RFC 5869, 2010), which JDK 17 does not offer itself.
 */
final class Hkdf {
  private static final String HMAC = "HmacSHA256";
  private static final int HASH_BYTES = 32;

  private Hkdf() {}

  /** The pseudo-random key, 32 bytes, of a salt and of key material of any length. */
  static byte[] extract(byte[] salt, byte[] keyMaterial) {
    // An absent salt is a string of zeros in the RFC; HMAC pads short keys with zeros all the same.
    return mac(salt.length == 0 ? new byte[HASH_BYTES] : salt).doFinal(keyMaterial);
  }

  /** {@code lengthBytes} bytes of output key material, bound to {@code info}. */
  static byte[] expand(byte[] pseudoRandomKey, byte[] info, int lengthBytes) {
    int blocks = (lengthBytes + HASH_BYTES - 1) / HASH_BYTES;
    if (lengthBytes < 1 || blocks > 255) {
      throw new IllegalArgumentException(
          "HKDF yields 1 to "
              + 255 * HASH_BYTES
              + " bytes, but "
              + lengthBytes
              + " were asked for");
    }
    Mac mac = mac(pseudoRandomKey);
    byte[] output = new byte[blocks * HASH_BYTES];
    byte[] block = new byte[0];
    for (int i = 1; i <= blocks; i++) {
      mac.update(block);
      mac.update(info);
      mac.update((byte) i);
      block = mac.doFinal();
      System.arraycopy(block, 0, output, (i - 1) * HASH_BYTES, HASH_BYTES);
    }
    return Arrays.copyOf(output, lengthBytes);
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM offers no " + HMAC + ", which Java requires", e);
    }
  }
}

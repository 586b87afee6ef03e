// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 over texts, each with its length before it so that no two lists run together. */
final class Sha256 {
  private static final int CHUNK_BYTES = 1 << 16;

  private final MessageDigest digest = instance();

  /** The hash of these texts, in hexadecimal. */
  static String of(String... texts) {
    Sha256 hash = new Sha256();
    for (String text : texts) {
      hash.add(text);
    }
    return hash.hex();
  }

  /** The hash of all bytes of a stream, which the caller closes. */
  static String of(InputStream in) throws IOException {
    MessageDigest digest = instance();
    byte[] chunk = new byte[CHUNK_BYTES];
    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
      digest.update(chunk, 0, read);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  Sha256 add(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
    return this;
  }

  /** The hash, which begins anew. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest instance() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK must have SHA-256, but this one has not", e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.security;

import java.io.Serializable;
import java.security.SecureRandom;

/**
 * The random secret of one fit, from which all keys of the fit are derived.
 *
 * <p>It is made on the driver and reaches the executors inside the serialized task, so it is as
 * safe as Spark's own RPC: protected where {@code spark.authenticate} and {@code
 * spark.network.crypto.enabled} are on. It never appears in a log.
 */
public final class FitSecret implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Length in bytes. */
  public static final int LENGTH_BYTES = 32;

  private final byte[] bytes;

  private FitSecret(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A new secret from the given source of randomness. */
  public static FitSecret random(SecureRandom random) {
    byte[] bytes = new byte[LENGTH_BYTES];
    random.nextBytes(bytes);
    return new FitSecret(bytes);
  }

  /** A copy of the secret's bytes, for key derivation only. */
  byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public String toString() {
    return "FitSecret[redacted]";
  }
}

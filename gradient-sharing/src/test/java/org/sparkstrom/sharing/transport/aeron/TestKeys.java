// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.security.SecureRandom;
import java.util.Arrays;
import org.sparkstrom.sharing.security.FitSecret;
import org.sparkstrom.sharing.security.SessionKeys;
import org.sparkstrom.sharing.transport.Transport.Endpoint;
import org.sparkstrom.sharing.transport.Transport.Peer;

/** A session that the JVMs of a test share without telling each other its secret. */
final class TestKeys {
  static final SessionKeys KEYS = new SessionKeys(FitSecret.random(new NotRandom()), 1);

  private TestKeys() {}

  /** The worker of that rank, whose salt is its rank. */
  static StreamIds ids(int rank) {
    return new StreamIds(KEYS, rank, rank);
  }

  /** The same worker as its peers see it, on 127.0.0.1. */
  static Peer peer(int rank, int port) {
    return new Peer(rank, rank, new Endpoint("127.0.0.1", port));
  }

  private static final class NotRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    @Override
    public void nextBytes(byte[] bytes) {
      Arrays.fill(bytes, (byte) 1);
    }
  }
}

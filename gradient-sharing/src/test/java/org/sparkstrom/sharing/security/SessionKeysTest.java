// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;

class SessionKeysTest {
  private final FitSecret secret = FitSecret.random(new SecureRandom());

  @Test
  void bothEndsOfASessionDeriveTheSameKeys() throws Exception {
    FitSecret shipped = throughSerialization(secret);

    SessionKeys driver = new SessionKeys(secret, 7);
    SessionKeys executor = new SessionKeys(shipped, 7);

    assertThat(executor.sessionId()).isEqualTo(7);
    assertThat(executor.frameKey(3, 99)).isEqualTo(driver.frameKey(3, 99));
    assertThat(executor.channelKey(new byte[] {1, 2}))
        .isEqualTo(driver.channelKey(new byte[] {1, 2}));
  }

  @Test
  void everySenderAttemptSessionSecretAndPurposeHasItsOwnKey() {
    SessionKeys keys = new SessionKeys(secret, 7);
    SessionKeys otherSession = new SessionKeys(secret, 8);
    SessionKeys otherSecret = new SessionKeys(FitSecret.random(new SecureRandom()), 7);

    Set<String> distinct = new HashSet<>();
    distinct.add(hex(keys.frameKey(0, 1)));
    distinct.add(hex(keys.frameKey(1, 0)));
    distinct.add(hex(keys.frameKey(1, 1)));
    distinct.add(hex(otherSession.frameKey(0, 1)));
    distinct.add(hex(otherSecret.frameKey(0, 1)));
    distinct.add(hex(keys.channelKey(new byte[] {0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0})));
    distinct.add(hex(keys.channelKey(new byte[0])));

    assertThat(distinct).hasSize(7).allSatisfy(key -> assertThat(key).hasSize(64));
  }

  @Test
  void numbersOfStreamsAndPathsAreThoseThatAnyHkdfGives() {
    // Computed with Python's hmac and hashlib.
    SessionKeys keys = new SessionKeys(FitSecret.random(new Counting()), 7);

    assertThat(keys.streamId(3, 99)).isEqualTo(1209611004);
    assertThat(keys.pathId(3, 99, 4, -5)).isEqualTo(-42034944);
  }

  @Test
  void numbersOfStreamsAreInRangeAndDifferByAllThatTheyDependOn() {
    SessionKeys keys = new SessionKeys(secret, 7);
    Set<Integer> streams = new HashSet<>();
    Set<Integer> paths = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      assertThat(keys.streamId(i, 1)).isBetween(1024, Integer.MAX_VALUE);
      assertThat(keys.pathId(0, 0, i, i) & 0xff).isZero();
      streams.add(keys.streamId(i, 1));
      streams.add(keys.streamId(1, 1000 + i));
      streams.add(new SessionKeys(secret, 1000 + i).streamId(1, 1));
      paths.add(keys.pathId(i, 0, 0, 0));
      paths.add(keys.pathId(0, 1000 + i, 0, 0));
      paths.add(keys.pathId(0, 0, 1000 + i, 0));
      paths.add(keys.pathId(0, 0, 0, 1000 + i));
    }

    // Numbers of 31 and 24 bits may meet by chance, once in millions and thousands of pairs.
    assertThat(streams).hasSizeGreaterThan(297);
    assertThat(paths).hasSizeGreaterThan(390);
  }

  @Test
  void neitherSecretNorKeysShowThemselvesInText() {
    assertThat(secret).hasToString("FitSecret[redacted]");
    assertThat(new SessionKeys(secret, 7)).hasToString("SessionKeys[sessionId=7]");
  }

  private static String hex(SecretKey key) {
    return HexFormat.of().formatHex(key.getEncoded());
  }

  private static FitSecret throughSerialization(FitSecret secret)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(secret);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (FitSecret) in.readObject();
    }
  }

  /** Not random at all: 0, 1, 2, ... */
  private static final class Counting extends SecureRandom {
    private static final long serialVersionUID = 1L;

    @Override
    public void nextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) i;
      }
    }
  }
}

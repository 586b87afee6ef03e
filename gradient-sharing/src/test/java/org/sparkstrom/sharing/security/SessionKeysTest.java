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
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Random;
import javax.crypto.SecretKey;
import org.junit.jupiter.api.Test;

class AeadTest {
  private final SecretKey key =
      new SessionKeys(FitSecret.random(new SecureRandom()), 1).frameKey(0, 0);
  private final Aead sender = new Aead(key);
  private final Aead receiver = new Aead(key);

  @Test
  void opensWhatWasSealedAndMovesTheBuffersAsDocumented() {
    ByteBuffer aad = bytes("header").position(2);
    ByteBuffer plaintext = bytes("payload");
    ByteBuffer sealed = ByteBuffer.allocate(100).position(10);

    sender.seal(5, 0, aad, plaintext, sealed);

    assertThat(aad.position()).isEqualTo(2);
    assertThat(plaintext.hasRemaining()).isFalse();
    assertThat(sealed.position()).isEqualTo(10 + 7 + Aead.TAG_BYTES);

    ByteBuffer opened = ByteBuffer.allocate(7);
    sealed.flip().position(10);
    assertThat(receiver.open(5, 0, aad, sealed, opened)).isTrue();
    assertThat(aad.position()).isEqualTo(2);
    assertThat(sealed.hasRemaining()).isFalse();
    assertThat(opened.flip()).isEqualTo(bytes("payload"));
  }

  @Test
  void sealsAnEmptyMessage() {
    ByteBuffer sealed = seal(1, 1, "header", "");

    assertThat(sealed.remaining()).isEqualTo(Aead.TAG_BYTES);
    assertThat(receiver.open(1, 1, bytes("header"), sealed, ByteBuffer.allocate(0))).isTrue();
  }

  @Test
  void refusesAnotherDomainSequenceHeaderOrKey() {
    ByteBuffer sealed = seal(1, 9, "header", "payload");
    ByteBuffer out = ByteBuffer.allocate(7);
    Aead stranger =
        new Aead(new SessionKeys(FitSecret.random(new SecureRandom()), 1).frameKey(0, 0));

    assertThat(receiver.open(2, 9, bytes("header"), sealed, out)).isFalse();
    assertThat(receiver.open(1, 8, bytes("header"), sealed, out)).isFalse();
    assertThat(receiver.open(1, 9, bytes("Header"), sealed, out)).isFalse();
    assertThat(stranger.open(1, 9, bytes("header"), sealed, out)).isFalse();
    assertThat(sealed.position()).isZero();
    assertThat(out.position()).isZero();
    assertThat(receiver.open(1, 9, bytes("header"), sealed, out)).isTrue();
  }

  @Test
  void refusesDamagedAndTruncatedMessages() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      ByteBuffer sealed = seal(0, i, "header", "some longer payload");
      if (random.nextBoolean()) {
        int at = random.nextInt(sealed.limit());
        sealed.put(at, (byte) (sealed.get(at) ^ (1 << random.nextInt(8))));
      } else {
        sealed.limit(random.nextInt(sealed.limit()));
      }
      assertThat(receiver.open(0, i, bytes("header"), sealed, ByteBuffer.allocate(64)))
          .as("seed %d, message %d", seed, i)
          .isFalse();
    }
  }

  @Test
  void refusesToSealUnderASequenceThatDoesNotGrow() {
    seal(0, 4, "", "a");

    assertThatThrownBy(() -> seal(0, 4, "", "b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a sequence number must be greater than the last one sealed, 4, but is 4;"
                + " a nonce must never be used twice");
    assertThatThrownBy(() -> seal(1, 3, "", "b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Aead(key).seal(0, -1, bytes(""), bytes(""), bytes("")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but is -1");
  }

  @Test
  void saysHowMuchRoomIsMissing() {
    assertThatThrownBy(() -> sender.seal(0, 0, bytes(""), bytes("abc"), ByteBuffer.allocate(18)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("out must have room for 19 bytes, but has 18");
    ByteBuffer sealed = seal(0, 1, "", "abc");
    assertThatThrownBy(() -> receiver.open(0, 1, bytes(""), sealed, ByteBuffer.allocate(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("out must have room for 3 bytes, but has 2");
  }

  private ByteBuffer seal(int domain, long sequence, String aad, String plaintext) {
    ByteBuffer out = ByteBuffer.allocate(plaintext.length() + Aead.TAG_BYTES);
    sender.seal(domain, sequence, bytes(aad), bytes(plaintext), out);
    return out.flip();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}

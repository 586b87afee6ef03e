// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;

class FrameReaderTest {
  private static final int SENDER = 1;
  private static final byte[] PAYLOAD = {10, 20, 30, 40, 50};
  private static final FrameScope SCOPE =
      new FrameScope(0x1122334455667788L, 3, 42L, Quantizer.THRESHOLD, BlockLayout.of(2, 3));

  private final FrameWriter writer = new FrameWriter(SCOPE, SENDER, key(SENDER));
  private final FrameReader reader = new FrameReader(SCOPE, Map.of(SENDER, key(SENDER)));
  private final ByteBuffer payload = ByteBuffer.allocate(SCOPE.layout().maxPayloadBytes());

  @Test
  void readsWhatWasWritten() {
    ByteBuffer frame = frame(7);

    assertThat(read(frame, 7)).isEqualTo(FrameVerdict.ACCEPTED);
    assertThat(reader.sender()).isEqualTo(SENDER);
    assertThat(reader.round()).isEqualTo(7);
    assertThat(payload.flip()).isEqualTo(ByteBuffer.wrap(PAYLOAD));
    assertThat(frame.position()).isZero();
    assertThat(reader.tally().rejected()).isZero();
    assertThat(reader.tally().describeRejected()).isEqualTo("none");
  }

  @Test
  void theHeaderLooksAsDocumented() {
    ByteBuffer frame = frame(7).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(frame.remaining()).isEqualTo(48 + PAYLOAD.length + 16);
    assertThat(frame.get(0)).isEqualTo((byte) 'S');
    assertThat(frame.get(3)).isEqualTo((byte) 'S');
    assertThat(frame.getShort(4)).isEqualTo((short) 1);
    assertThat(frame.getShort(6)).isEqualTo((short) 1);
    assertThat(frame.getLong(8)).isEqualTo(0x1122334455667788L);
    assertThat(frame.getInt(16)).isEqualTo(3);
    assertThat(frame.getInt(20)).isEqualTo(SENDER);
    assertThat(frame.getLong(24)).isEqualTo(7);
    assertThat(frame.getLong(32)).isEqualTo(42);
    assertThat(frame.getInt(40)).isEqualTo(2);
    assertThat(frame.getInt(44)).isEqualTo(PAYLOAD.length);
  }

  @ParameterizedTest
  @CsvSource({
    "0, NOT_A_FRAME",
    "4, OTHER_VERSION",
    "6, OTHER_MODEL",
    "8, OTHER_SESSION",
    "16, OTHER_VIEW",
    "20, UNKNOWN_SENDER",
    "23, UNKNOWN_SENDER",
    "24, FUTURE_ROUND",
    "31, STALE_ROUND",
    "32, OTHER_MODEL",
    "40, OTHER_MODEL",
    "44, WRONG_LENGTH",
    "48, NOT_AUTHENTIC",
    "68, NOT_AUTHENTIC"
  })
  void namesTheFirstThingThatIsWrong(int offset, FrameVerdict verdict) {
    ByteBuffer frame = frame(7);
    frame.put(offset, (byte) (frame.get(offset) ^ 0x80));

    assertThat(read(frame, 7)).isEqualTo(verdict);
    assertThat(reader.tally().count(verdict)).isEqualTo(1);
    assertThat(reader.tally().describeRejected()).isEqualTo(verdict + "=1");
  }

  @Test
  void acceptsEachRoundOnceAndInOrder() {
    ByteBuffer seven = copy(frame(7));
    ByteBuffer eight = copy(frame(8));
    ByteBuffer nine = copy(frame(9));

    assertThat(read(nine, 7)).isEqualTo(FrameVerdict.FUTURE_ROUND);
    assertThat(read(seven, 7)).isEqualTo(FrameVerdict.ACCEPTED);
    assertThat(read(seven, 7)).isEqualTo(FrameVerdict.STALE_ROUND);
    assertThat(read(eight, 7)).isEqualTo(FrameVerdict.ACCEPTED);
    assertThat(read(eight, 8)).isEqualTo(FrameVerdict.STALE_ROUND);
    assertThat(read(seven, 8)).isEqualTo(FrameVerdict.STALE_ROUND);
    assertThat(read(nine, 8)).isEqualTo(FrameVerdict.ACCEPTED);
    assertThat(reader.tally().rejected()).isEqualTo(4);
  }

  @Test
  void acceptsRoundsAsFarAheadAsASenderCanBe() {
    FrameReader pipelined = new FrameReader(SCOPE, Map.of(SENDER, key(SENDER)), 3);

    assertThat(pipelined.isOfView(frame(6))).isTrue();
    for (long round = 7; round <= 10; round++) {
      assertThat(pipelined.read(frame(round), 7, (sender, r, bytes) -> payload.clear()))
          .isEqualTo(FrameVerdict.ACCEPTED);
    }
    assertThat(pipelined.read(frame(11), 7, (sender, r, bytes) -> payload.clear()))
        .isEqualTo(FrameVerdict.FUTURE_ROUND);
    assertThat(pipelined.isOfView(frame(12).putInt(16, 4))).isFalse();
  }

  @Test
  void aForgedFrameDoesNotTakeTheRoundFromTheAuthenticOne() {
    ByteBuffer authentic = copy(frame(7));
    FrameWriter forger = new FrameWriter(SCOPE, SENDER, key(99));

    assertThat(read(forger.write(7, ByteBuffer.wrap(PAYLOAD)), 7))
        .isEqualTo(FrameVerdict.NOT_AUTHENTIC);
    assertThat(read(authentic, 7)).isEqualTo(FrameVerdict.ACCEPTED);
  }

  @Test
  void aPayloadLongerThanAnyUpdateIsNotDecrypted() {
    FrameScope larger =
        new FrameScope(
            SCOPE.sessionId(), 3, 42L, Quantizer.THRESHOLD, BlockLayout.of(2, 1_000_000));
    FrameWriter liar = new FrameWriter(larger, SENDER, key(SENDER));
    int tooLong = SCOPE.layout().maxPayloadBytes() + 1;

    assertThat(read(liar.write(7, ByteBuffer.allocate(tooLong)), 7))
        .isEqualTo(FrameVerdict.WRONG_LENGTH);
  }

  @Test
  void everyTruncatedFrameIsRejected() {
    ByteBuffer frame = frame(7);
    for (int lengthBytes = 0; lengthBytes < frame.limit(); lengthBytes++) {
      FrameVerdict verdict = read(frame.duplicate().limit(lengthBytes), 7);
      assertThat(verdict)
          .isEqualTo(lengthBytes < 64 ? FrameVerdict.TOO_SHORT : FrameVerdict.WRONG_LENGTH);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void neverAcceptsADamagedFrameAndNeverThrows(long seed) {
    Random random = new Random(seed);
    ByteBuffer original = copy(frame(7));
    for (int run = 0; run < 20_000; run++) {
      ByteBuffer frame = copy(original);
      for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
        frame.put(random.nextInt(frame.limit()), (byte) random.nextInt());
      }
      frame.limit(frame.limit() - random.nextInt(2) * random.nextInt(20));
      if (!frame.equals(original)) {
        assertThat(read(frame, 7)).isNotEqualTo(FrameVerdict.ACCEPTED);
      }
    }
    assertThat(read(original, 7)).isEqualTo(FrameVerdict.ACCEPTED);
  }

  private FrameVerdict read(ByteBuffer frame, long currentRound) {
    return reader.read(frame, currentRound, (sender, round, lengthBytes) -> payload.clear());
  }

  private ByteBuffer frame(long round) {
    return writer.write(round, ByteBuffer.wrap(PAYLOAD));
  }

  private static ByteBuffer copy(ByteBuffer frame) {
    return ByteBuffer.allocate(frame.remaining()).put(frame.duplicate()).flip();
  }

  private static SecretKey key(int seed) {
    byte[] bytes = new byte[32];
    new Random(seed).nextBytes(bytes);
    return new SecretKeySpec(bytes, "AES");
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.Quantizer;

class SnapshotTest {
  private static final FrameScope SCOPE =
      new FrameScope(0x1122334455667788L, 3, 42L, Quantizer.THRESHOLD, BlockLayout.of(20, 3));
  private static final int DONOR = 1;
  private static final int PIECE = SCOPE.layout().maxPayloadBytes();

  private final SnapshotReader reader = reader(1 << 20);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 5_000})
  void arrivesInPiecesThatFitAFrame(int length) {
    byte[] snapshot = random(length);

    for (ByteBuffer frame : frames(snapshot)) {
      assertThat(reader.snapshot()).isEmpty();
      assertThat(frame.remaining()).isLessThanOrEqualTo(48 + Math.max(32, PIECE) + 16);
      assertThat(reader.read(frame)).isEqualTo(FrameVerdict.ACCEPTED);
    }

    assertThat(reader.snapshot()).contains(ByteBuffer.wrap(snapshot));
    assertThat(reader.tally().rejected()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "0, NOT_A_FRAME",
    "4, OTHER_VERSION",
    "6, NOT_AUTHENTIC",
    "8, OTHER_SESSION",
    "16, OTHER_VIEW",
    "20, UNKNOWN_SENDER",
    "24, FUTURE_ROUND",
    "31, WRONG_LENGTH",
    "32, OTHER_MODEL",
    "43, WRONG_LENGTH",
    "44, WRONG_LENGTH",
    "48, NOT_AUTHENTIC",
    "90, NOT_AUTHENTIC"
  })
  void namesTheFirstThingThatIsWrong(int offset, FrameVerdict verdict) {
    ByteBuffer first = frames(random(1_000)).get(0);
    first.put(offset, (byte) (first.get(offset) ^ 0x80));

    assertThat(reader.read(first)).isEqualTo(verdict);
    assertThat(reader.snapshot()).isEmpty();
  }

  @Test
  void takesEachPieceOnceAndInOrder() {
    List<ByteBuffer> frames = frames(random(1_000));

    assertThat(reader.read(frames.get(1))).isEqualTo(FrameVerdict.FUTURE_ROUND);
    assertThat(reader.read(frames.get(0))).isEqualTo(FrameVerdict.ACCEPTED);
    assertThat(reader.read(frames.get(0))).isEqualTo(FrameVerdict.STALE_ROUND);
    assertThat(reader.read(frames.get(2))).isEqualTo(FrameVerdict.FUTURE_ROUND);
    assertThat(reader.read(frames.get(1))).isEqualTo(FrameVerdict.ACCEPTED);
  }

  @Test
  void isNotTakenIfItIsLongerThanTheBound() {
    ByteBuffer first = frames(random(1_001)).get(0);

    assertThat(reader(1_000).read(first)).isEqualTo(FrameVerdict.WRONG_LENGTH);
  }

  @Test
  void isNotTakenIfItsDigestIsAnother() {
    List<ByteBuffer> frames = frames(random(100));
    List<ByteBuffer> others = frames(new byte[100]);
    assertThat(reader.read(frames.get(0))).isEqualTo(FrameVerdict.ACCEPTED);
    others.stream().skip(1).forEach(reader::read);

    assertThatIllegalStateException()
        .isThrownBy(reader::snapshot)
        .withMessageStartingWith("the SHA-256 of the snapshot of worker 1, 100 bytes, is not");
  }

  @Test
  void cannotBeMistakenForARoundNorTheOtherWayRound() {
    ByteBuffer piece = frames(random(10)).get(0);
    ByteBuffer round = new FrameWriter(SCOPE, DONOR, key(1)).write(1, ByteBuffer.allocate(12));

    assertThat(SnapshotReader.isSnapshot(piece)).isTrue();
    assertThat(SnapshotReader.isSnapshot(piece.duplicate().order(ByteOrder.LITTLE_ENDIAN)))
        .isTrue();
    assertThat(SnapshotReader.isSnapshot(round)).isFalse();
    assertThat(SnapshotReader.isSnapshot(ByteBuffer.allocate(0))).isFalse();
    assertThat(reader.read(round)).isEqualTo(FrameVerdict.NOT_A_FRAME);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void neverTakesADamagedPieceAndNeverThrows(long seed) {
    Random random = new Random(seed);
    ByteBuffer original = frames(random(1_000)).get(0);
    for (int run = 0; run < 20_000; run++) {
      ByteBuffer frame = copy(original);
      for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
        frame.put(random.nextInt(frame.limit()), (byte) random.nextInt());
      }
      frame.limit(frame.limit() - random.nextInt(2) * random.nextInt(frame.limit()));
      if (!frame.equals(original)) {
        assertThat(reader.read(frame)).isNotEqualTo(FrameVerdict.ACCEPTED);
      }
    }
    assertThat(reader.read(original)).isEqualTo(FrameVerdict.ACCEPTED);
  }

  private static SnapshotReader reader(int maxBytes) {
    return new SnapshotReader(SCOPE, DONOR, key(7), maxBytes);
  }

  private static List<ByteBuffer> frames(byte[] snapshot) {
    SnapshotWriter writer = new SnapshotWriter(SCOPE, DONOR, key(7), ByteBuffer.wrap(snapshot));
    List<ByteBuffer> frames = new ArrayList<>();
    while (writer.hasNext()) {
      frames.add(copy(writer.next()));
    }
    return frames;
  }

  private static ByteBuffer copy(ByteBuffer frame) {
    return ByteBuffer.allocate(frame.remaining()).put(frame.duplicate()).flip();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static SecretKey key(int seed) {
    byte[] bytes = new byte[32];
    new Random(seed).nextBytes(bytes);
    return new SecretKeySpec(bytes, "AES");
  }
}

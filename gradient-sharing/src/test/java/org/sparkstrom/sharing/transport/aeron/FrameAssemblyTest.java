// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.transport.aeron.FrameAssembly.Outcome;

class FrameAssemblyTest {
  private static final int MAX_FRAME_BYTES = 1000;

  private final FrameAssembly assembly = new FrameAssembly(MAX_FRAME_BYTES);

  @BeforeAll
  static void openModules() {
    JdkModules.openForAeron();
  }

  @Test
  void putsChunksTogether() {
    assertThat(add(5, 0, new byte[] {1, 2})).isEqualTo(Outcome.INCOMPLETE);
    assertThat(add(5, 2, new byte[] {3, 4})).isEqualTo(Outcome.INCOMPLETE);
    assertThat(add(5, 4, new byte[] {5})).isEqualTo(Outcome.COMPLETE);
    assertThat(assembly.frame()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}));

    assertThat(add(1, 0, new byte[] {9})).isEqualTo(Outcome.COMPLETE);
    assertThat(assembly.frame()).isEqualTo(ByteBuffer.wrap(new byte[] {9}));
  }

  @Test
  void dropsAFrameAnnouncedLongerThanTheLimitOrNotPositive() {
    assertThat(add(MAX_FRAME_BYTES + 1, 0, new byte[10])).isEqualTo(Outcome.DROPPED);
    assertThat(add(0, 0, new byte[10])).isEqualTo(Outcome.DROPPED);
    assertThat(add(-1, 0, new byte[10])).isEqualTo(Outcome.DROPPED);
    assertThat(add(MAX_FRAME_BYTES, 0, new byte[MAX_FRAME_BYTES])).isEqualTo(Outcome.COMPLETE);
  }

  @Test
  void dropsChunksOutOfPlaceUntilTheNextFrameBegins() {
    assertThat(add(6, 2, new byte[] {1, 2})).isEqualTo(Outcome.DROPPED);
    assertThat(add(6, 0, new byte[] {1, 2})).isEqualTo(Outcome.INCOMPLETE);
    assertThat(add(6, 4, new byte[] {5, 6})).as("a gap").isEqualTo(Outcome.DROPPED);
    assertThat(add(6, 2, new byte[] {3, 4})).as("the rest").isEqualTo(Outcome.DROPPED);
    assertThat(add(2, 0, new byte[] {7, 8})).isEqualTo(Outcome.COMPLETE);
    assertThat(assembly.frame()).isEqualTo(ByteBuffer.wrap(new byte[] {7, 8}));
  }

  @Test
  void dropsAChunkThatIsLongerThanItsFrameOrHasNoBytes() {
    assertThat(add(3, 0, new byte[4])).isEqualTo(Outcome.DROPPED);
    assertThat(add(3, 0, new byte[0])).isEqualTo(Outcome.DROPPED);
    assertThat(assembly.add(new UnsafeBuffer(new byte[4]), 0, 4)).isEqualTo(Outcome.DROPPED);
  }

  @Test
  void aNewFrameReplacesOneThatNeverEnded() {
    assertThat(add(100, 0, new byte[50])).isEqualTo(Outcome.INCOMPLETE);
    assertThat(add(2, 0, new byte[] {1, 2})).isEqualTo(Outcome.COMPLETE);
    assertThat(assembly.frame().remaining()).isEqualTo(2);
  }

  @Test
  void survivesAnySequenceOfChunks() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      byte[] body = new byte[random.nextInt(8)];
      Outcome outcome = add(random.nextInt(14) - 2, random.nextInt(14) - 2, body);
      if (outcome == Outcome.COMPLETE) {
        assertThat(assembly.frame().remaining()).as("seed %d", seed).isBetween(1, 12);
      }
    }
  }

  private Outcome add(int frameLength, int at, byte[] body) {
    ByteBuffer chunk =
        ByteBuffer.allocate(3 + ChunkDescriptor.HEADER_LENGTH + body.length)
            .order(ChunkDescriptor.ORDER);
    chunk.position(3);
    chunk.putInt(frameLength).putInt(at).put(body);
    return assembly.add(new UnsafeBuffer(chunk), 3, chunk.limit() - 3);
  }
}

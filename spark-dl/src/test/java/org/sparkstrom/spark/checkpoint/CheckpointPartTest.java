// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CheckpointPartTest {

  @Test
  void givesBackItsSections() {
    CheckpointPart read = CheckpointPart.of(bytes(part()));
    assertThat(read.sections().keySet()).containsExactly("text", "empty", "floats");
    assertThat(read.text("text")).isEqualTo("größe");
    assertThat(read.floats("floats")).containsExactly(1.5f, Float.NaN, -3);
    assertThat(read.section("empty").hasRemaining()).isFalse();
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> read.section("other"))
        .withMessage("a part must have the section 'other', but has [text, empty, floats]");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> read.floats("text"))
        .withMessageContaining("'text' must hold float32 values, but has 7 bytes");
  }

  @Test
  void refusesWhatIsTooShortOrTooLong() {
    ByteBuffer whole = bytes(part());
    for (int length = 0; length < whole.capacity(); length++) {
      ByteBuffer cut = whole.slice(0, length);
      assertThatIllegalArgumentException().isThrownBy(() -> CheckpointPart.of(cut));
    }
    ByteBuffer longer = ByteBuffer.allocate(whole.capacity() + 1).put(whole.duplicate()).rewind();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CheckpointPart.of(longer))
        .withMessageContaining("3 sections announce 19 bytes, but 20 follow");
  }

  @Test
  void refusesDamagedBytesWithoutAnyOtherFailure() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      ByteBuffer bytes = bytes(part());
      for (int damage = random.nextInt(4); damage >= 0; damage--) {
        bytes.put(random.nextInt(bytes.capacity()), (byte) random.nextInt());
      }
      try {
        assertThat(CheckpointPart.of(bytes)).isNotNull();
      } catch (IllegalArgumentException e) {
        assertThat(e).as("seed %d, part %d", seed, i).hasMessageMatching("(?s).+");
      }
    }
  }

  private static CheckpointPart part() {
    Map<String, ByteBuffer> sections = new LinkedHashMap<>();
    sections.put("text", CheckpointPart.bytes("größe"));
    sections.put("empty", ByteBuffer.allocate(0));
    sections.put("floats", CheckpointPart.bytes(new float[] {1.5f, Float.NaN, -3}));
    return CheckpointPart.of(sections);
  }

  private static ByteBuffer bytes(CheckpointPart part) {
    return part.toBytes().slice();
  }
}

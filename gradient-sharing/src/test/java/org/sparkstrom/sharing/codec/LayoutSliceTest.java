// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LayoutSliceTest {
  private static final BlockLayout LAYOUT = BlockLayout.of(10, 5, 20, 1).freeze(1);

  @Test
  void aSliceHasThePiecesOfTheBlocksThatItTouches() {
    LayoutSlice slice = LAYOUT.slice(8, 20);
    assertThat(slice.layout()).isEqualTo(BlockLayout.of(2, 5, 5).freeze(1));
    assertThat(slice.firstBlock()).isZero();
    assertThat(slice.start()).isEqualTo(8);
    assertThat(slice.end()).isEqualTo(20);
    assertThat(LAYOUT.slice(15, 36)).isEqualTo(new LayoutSlice(BlockLayout.of(20, 1), 2, 15));
    assertThat(LAYOUT.slice(12, 13)).isEqualTo(new LayoutSlice(BlockLayout.of(1).freeze(0), 1, 12));
    assertThat(LAYOUT.slice(0, 36).layout()).isEqualTo(LAYOUT);
  }

  @Test
  void refusesRangesThatAreNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LAYOUT.slice(4, 4))
        .withMessage(
            "a slice must be a range within [0, 36) with at least one entry, but is [4, 4)");
    assertThatIllegalArgumentException().isThrownBy(() -> LAYOUT.slice(-1, 4));
    assertThatIllegalArgumentException().isThrownBy(() -> LAYOUT.slice(0, 37));
  }

  @Test
  void anUpdateThatIsCutAndPutTogetherIsTheSame() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    BlockLayout layout = BlockLayout.of(40, 7, 90, 1, 30);
    SparseUpdate update = new SparseUpdate(layout);
    for (int i = 0; i < layout.parameterCount(); i++) {
      if (random.nextInt(4) == 0) {
        int block = layout.blockOf(i);
        update.add(block, i - layout.offset(block), 1 + random.nextInt(5));
        update.exponent(block, -block);
      }
    }
    SparseUpdate again = new SparseUpdate(layout);
    int at = 0;
    while (at < layout.parameterCount()) {
      int end = Math.min(layout.parameterCount(), at + 1 + random.nextInt(50));
      SparseUpdate part = new SparseUpdate(layout.slice(at, end).layout());
      part.addAll(at, update, 0);
      again.addAll(0, part, at);
      at = end;
    }
    float[] expected = new float[layout.parameterCount()];
    float[] actual = expected.clone();
    update.addValuesTo(expected);
    again.addValuesTo(actual);
    assertThat(actual).as("seed %d", seed).isEqualTo(expected);
    assertThat(again.count()).isEqualTo(update.count());
  }

  @Test
  void updatesThatDoNotTouchAddNothing() {
    SparseUpdate update = new SparseUpdate(BlockLayout.of(3));
    update.addAll(0, new SparseUpdate(BlockLayout.of(3)), 3);
    assertThat(update.count()).isZero();
  }

  @Test
  void countsAreReadAsTheyWereWritten() throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(20);
    BlockCounts.write(new long[] {0, 300, Long.MAX_VALUE}, bytes);
    long[] counts = {1, 2, 3};
    BlockCounts.addTo(bytes.flip(), counts);
    assertThat(counts).containsExactly(1, 302, (1L << 35) + 2);
    assertThatExceptionOfType(CorruptPayloadException.class)
        .isThrownBy(() -> BlockCounts.addTo(bytes, counts));
  }
}

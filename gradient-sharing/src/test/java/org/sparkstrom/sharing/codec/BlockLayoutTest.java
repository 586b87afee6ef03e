// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BlockLayoutTest {

  @Test
  void blocksCoverTheUpdateWithoutAGap() {
    BlockLayout layout = BlockLayout.of(3, 1, 10);

    assertThat(layout.blockCount()).isEqualTo(3);
    assertThat(layout.offset(0)).isZero();
    assertThat(layout.offset(1)).isEqualTo(3);
    assertThat(layout.offset(2)).isEqualTo(4);
    assertThat(layout.length(2)).isEqualTo(10);
    assertThat(layout.parameterCount()).isEqualTo(14);
    assertThat(layout.maxPayloadBytes())
        .isEqualTo(BlockLayout.MAX_HEAD_BYTES + 3 * BlockHeader.MAX_BYTES + 14 * 4);
  }

  @Test
  void layoutsWithTheSameBlocksAreEqual() {
    assertThat(BlockLayout.of(1, 2)).isEqualTo(BlockLayout.of(1, 2));
    assertThat(BlockLayout.of(1, 2)).hasSameHashCodeAs(BlockLayout.of(1, 2));
    assertThat(BlockLayout.of(1, 2)).isNotEqualTo(BlockLayout.of(2, 1));
  }

  @Test
  void refusesNoBlocksEmptyBlocksAndTooManyParameters() {
    assertThatIllegalArgumentException()
        .isThrownBy(BlockLayout::of)
        .withMessageContaining("at least one block");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BlockLayout.of(4, 0))
        .withMessageContaining("block 1 has 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BlockLayout.of(200_000_000, 200_000_000))
        .withMessageContaining("1600000112");
  }

  @Test
  void frozenBlocksAreKeptApartFromThoseThatAreTrained() {
    BlockLayout layout = BlockLayout.of(1, 2, 3);

    BlockLayout frozen = layout.freeze(0).freeze(2);

    assertThat(frozen.isFrozen(0)).isTrue();
    assertThat(frozen.isFrozen(1)).isFalse();
    assertThat(frozen).isEqualTo(layout.freeze(2, 0)).isNotEqualTo(layout);
    assertThat(layout.isFrozen(0)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layout.freeze(3))
        .withMessage("a block must be in [0, 3), but 3 is to be frozen");
  }
}

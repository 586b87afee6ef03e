// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ThinnedTest {

  @Test
  void keepsEveryNthItemAndTheLatestAndNeverMoreThanItsCapacity() {
    Thinned<Integer> thinned = new Thinned<>(8);
    assertThat(thinned.items()).isEmpty();
    for (int i = 0; i < 5000; i++) {
      thinned.add(i);
      List<Integer> items = thinned.items();
      long every = thinned.every();
      assertThat(items).startsWith(0).endsWith(i);
      assertThat(items).hasSizeBetween(Math.min(i + 1, 5), 9);
      for (int k = 0; k < items.size() - 1; k++) {
        assertThat(items.get(k)).as("item %d of %d", k, i).isEqualTo((int) (k * every));
      }
      assertThat(items).doesNotHaveDuplicates();
    }
    assertThat(thinned.every()).isEqualTo(1024);
  }

  @Test
  void anOddOrEmptyCapacityIsRefused() {
    for (int capacity : new int[] {0, 1, 7}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Thinned<>(capacity))
          .withMessage("the capacity must be even and at least 2, but is " + capacity);
    }
  }
}

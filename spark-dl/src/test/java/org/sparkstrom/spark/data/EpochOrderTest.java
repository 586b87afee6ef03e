// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EpochOrderTest {

  @Test
  void everyRowComesOnceAnEpochAndThenOverAgain() {
    EpochOrder order = new EpochOrder(101, 5, 1, 2);
    int[] once = LongStream.range(0, 101).mapToInt(order::row).toArray();
    assertThat(once).containsExactlyInAnyOrder(IntStream.range(0, 101).toArray());
    assertThat(LongStream.range(101, 202).mapToInt(order::row).toArray()).isEqualTo(once);
  }

  @Test
  void dependsOnSeedRankAndEpochAlone() {
    int[] order = rows(new EpochOrder(50, 5, 1, 2));
    assertThat(rows(new EpochOrder(50, 5, 1, 2))).isEqualTo(order);
    assertThat(rows(new EpochOrder(50, 6, 1, 2))).isNotEqualTo(order);
    assertThat(rows(new EpochOrder(50, 5, 0, 2))).isNotEqualTo(order);
    assertThat(rows(new EpochOrder(50, 5, 1, 3))).isNotEqualTo(order);
  }

  private static int[] rows(EpochOrder order) {
    return LongStream.range(0, 50).mapToInt(order::row).toArray();
  }
}

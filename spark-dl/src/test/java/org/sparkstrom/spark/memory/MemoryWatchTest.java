// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryWatchTest {

  private long resident;
  private long nowNs = Long.MAX_VALUE - 5; // a clock that overflows soon
  private int collections;

  @Test
  void collectsNearTheLimitAndNotAgainAtOnce() {
    MemoryWatch watch =
        new MemoryWatch(1_000, "a setting", () -> resident, () -> nowNs, () -> collections++);
    resident = 849;
    watch.look();
    assertThat(collections).isZero();
    resident = 850;
    watch.look();
    watch.look();
    assertThat(collections).isEqualTo(1);
    nowNs += MemoryWatch.PAUSE.toNanos() - 1;
    watch.look();
    assertThat(collections).isEqualTo(1);
    nowNs += 1;
    watch.look();
    assertThat(collections).isEqualTo(2);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class QuietIdleStrategyTest {
  private static final int YIELDS = 11;

  private long nowNs;
  private int clockReads;
  private final QuietIdleStrategy idle =
      new QuietIdleStrategy(
          () -> {
            clockReads++;
            return nowNs;
          });

  @Test
  void housekeepingDoesNotKeepItAwakeButAFrameDoes() {
    rest();
    nowNs = TimeUnit.SECONDS.toNanos(1);
    idle.idle(68); // a heartbeat and a status message
    assertThat(sleepNs()).as("the longest sleep").isGreaterThan(3_000_000);

    idle.idle(128);
    rest();
    assertThat(sleepNs()).as("the shortest sleep").isLessThan(3_000_000);
    assertThat(clockReads).isPositive();
  }

  private void rest() {
    for (int i = 0; i < YIELDS; i++) {
      idle.idle(0);
    }
  }

  private long sleepNs() {
    long leastNs = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) { // the system may add to a sleep, but takes nothing from it
      long startNs = System.nanoTime();
      idle.idle(0);
      leastNs = Math.min(leastNs, System.nanoTime() - startNs);
    }
    return leastNs;
  }
}

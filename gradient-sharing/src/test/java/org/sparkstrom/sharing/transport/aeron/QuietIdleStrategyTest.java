// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class QuietIdleStrategyTest {
  private static final int YIELDS = 12;

  private final Doorbell doorbell = new Doorbell();
  private long nowNs;
  private final QuietIdleStrategy idle = new QuietIdleStrategy(() -> nowNs, doorbell);

  @AfterEach
  void close() {
    doorbell.close();
  }

  @Test
  void housekeepingDoesNotKeepItAwakeButAFrameDoes() {
    rest();
    nowNs = TimeUnit.SECONDS.toNanos(1);
    idle.idle(68); // a heartbeat and a status message
    assertThat(sleepNs()).as("the longest sleep").isGreaterThan(3_000_000);

    idle.idle(128);
    assertThat(doorbell.isListening()).as("it need not be rung while it works").isFalse();
    rest();
    assertThat(sleepNs()).as("the shortest sleep").isLessThan(3_000_000);
  }

  @Test
  void whoRingsBeforeTheSleepEndsIt() {
    rest();
    nowNs = TimeUnit.SECONDS.toNanos(1);
    assertThat(doorbell.isListening()).isTrue();

    doorbell.ring();

    assertThat(doorbell.isListening()).as("rung").isFalse();
    idle.idle(0); // looks for work once more
    assertThat(doorbell.isListening()).isTrue();
    assertThat(oneSleepNs()).as("the sleep that was ended").isLessThan(3_000_000);
    assertThat(sleepNs()).as("the sleeps after it").isGreaterThan(3_000_000);
  }

  /** Until the next call would sleep. */
  private void rest() {
    for (int i = 0; i < YIELDS && !doorbell.isListening(); i++) {
      idle.idle(0);
    }
  }

  private long sleepNs() {
    long leastNs = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) { // the system may add to a sleep, but takes nothing from it
      leastNs = Math.min(leastNs, oneSleepNs());
    }
    return leastNs;
  }

  private long oneSleepNs() {
    long startNs = System.nanoTime();
    idle.idle(0);
    return System.nanoTime() - startNs;
  }
}

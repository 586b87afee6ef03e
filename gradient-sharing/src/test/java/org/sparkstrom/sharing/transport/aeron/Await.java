// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a condition, not longer than a test may. */
final class Await {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final long PAUSE_NS = 50_000;

  private Await() {}

  static void until(String awaited, BooleanSupplier condition) {
    long deadlineNs = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError("not within " + DEADLINE + ": " + awaited);
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }
}

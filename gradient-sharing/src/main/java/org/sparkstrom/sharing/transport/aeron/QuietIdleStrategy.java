// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * Sleeps for a fixed share of the time that there has been nothing to do.
 *
 * <p>Rounds are milliseconds apart for a small network and seconds for a large one. With a fixed
 * longest sleep, the driver would either delay the one or burn the other's processor for nothing; a
 * share delays both by a few percent of their round at most. Used by one thread.
 */
final class QuietIdleStrategy implements IdleStrategy {
  private static final int SHARE = 16;
  private static final long MIN_SLEEP_NS = TimeUnit.MICROSECONDS.toNanos(20);
  private static final long MAX_SLEEP_NS = TimeUnit.MILLISECONDS.toNanos(8);
  private static final int MAX_YIELDS = 10;

  /**
   * The driver counts its work in bytes. Up to here, it is heartbeats and status messages, which go
   * on for ever and must not keep it awake; the shortest chunk of a frame takes 128.
   */
  private static final int HOUSEKEEPING_BYTES = 100;

  private final NanoClock clock;
  private long quietSinceNs;
  private int yields;

  QuietIdleStrategy(NanoClock clock) {
    this.clock = clock;
    this.quietSinceNs = clock.nanoTime();
  }

  @Override
  public void idle(int workCount) {
    if (workCount > HOUSEKEEPING_BYTES) {
      reset();
    } else if (workCount <= 0) {
      idle();
    }
  }

  @Override
  @SuppressWarnings("ThreadPriorityCheck") // a yield gives way for less than the shortest sleep
  public void idle() {
    if (yields < MAX_YIELDS) {
      if (yields++ == 0) {
        quietSinceNs = clock.nanoTime();
      }
      Thread.yield();
      return;
    }
    long quietNs = clock.nanoTime() - quietSinceNs;
    LockSupport.parkNanos(Math.max(MIN_SLEEP_NS, Math.min(MAX_SLEEP_NS, quietNs / SHARE)));
  }

  @Override
  public void reset() {
    yields = 0;
  }

  @Override
  public String alias() {
    return "quiet";
  }
}

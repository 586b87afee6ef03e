// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * Sleeps until the {@link Doorbell} rings, or for a fixed share of the time that there has been
 * nothing to do.
 *
 * <p>Frames and packets ring. The limit is for what does not: Aeron's timers and the commands of
 * its clients. Used by one thread.
 */
final class QuietIdleStrategy implements IdleStrategy {
  private static final int SHARE = 16;
  private static final long MAX_SLEEP_MS = 8;
  private static final int MAX_YIELDS = 10;

  /**
   * The driver counts its work in bytes. Up to here, it is heartbeats and status messages, which go
   * on for ever and must not keep it awake; the shortest chunk of a frame takes 128.
   */
  private static final int HOUSEKEEPING_BYTES = 100;

  private final NanoClock clock;
  private final Doorbell doorbell;
  private long quietSinceNs;
  private int yields;

  QuietIdleStrategy(NanoClock clock, Doorbell doorbell) {
    this.clock = clock;
    this.doorbell = doorbell;
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
    if (!doorbell.isListening()) {
      doorbell.listen();
      return; // a frame may have come just before
    }
    long quietMs = TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - quietSinceNs);
    doorbell.sleep(Math.max(1, Math.min(MAX_SLEEP_MS, quietMs / SHARE)));
  }

  @Override
  public void reset() {
    yields = 0;
    doorbell.ignore();
  }

  @Override
  public String alias() {
    return "quiet";
  }
}

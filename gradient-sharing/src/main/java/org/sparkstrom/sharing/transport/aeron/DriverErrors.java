// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the media driver's errors to the log, at most one in ten seconds as a warning.
 *
 * <p>The driver serves all fits of the JVM, and what packets cause is no failure of any of them:
 * those whom it concerns are told by their own calls. A peer that is gone makes an error for each
 * packet to it, which must not fill the log. Used by the driver's threads.
 */
final class DriverErrors implements ErrorHandler {
  private static final Logger LOG = LoggerFactory.getLogger(DriverErrors.class);
  private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(10);

  private final NanoClock clock;
  private long nextNs;
  private long suppressed;

  DriverErrors(NanoClock clock) {
    this.clock = clock;
    this.nextNs = clock.nanoTime();
  }

  @Override
  public synchronized void onError(Throwable error) {
    LOG.debug("media driver", error);
    long nowNs = clock.nanoTime();
    if (nowNs - nextNs < 0) {
      suppressed++;
      return;
    }
    LOG.warn("media driver: {} ({} more since the last warning)", error.toString(), suppressed);
    suppressed = 0;
    nextNs = nowNs + PAUSE_NS;
  }
}

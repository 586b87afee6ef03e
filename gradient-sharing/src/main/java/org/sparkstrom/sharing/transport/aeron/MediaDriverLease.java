// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to use this JVM's media driver.
 *
 * <p>A media driver owns a thread and 12 MiB of /dev/shm, so all transports of a JVM share one. The
 * first lease starts it, the last one that is closed stops it and removes its files; a JVM that
 * exits before removes the files too. Thread-safe.
 */
public final class MediaDriverLease implements AutoCloseable {
  /** The one thing that must exist once per JVM; it holds nothing while there is no lease. */
  private static final SharedMediaDriver JVM_DRIVER = new SharedMediaDriver();

  private final SharedMediaDriver shared;
  private final SharedMediaDriver.Running running;
  private final AtomicBoolean closed = new AtomicBoolean();

  private MediaDriverLease(SharedMediaDriver shared) {
    this.shared = shared;
    this.running = shared.acquire();
  }

  /**
   * Joins the users of this JVM's media driver. Blocks while it starts, for a few tenths of a
   * second.
   *
   * @throws IllegalStateException if the JVM's modules or its directories do not permit a driver
   */
  public static MediaDriverLease acquire() {
    return new MediaDriverLease(JVM_DRIVER);
  }

  /** The directory through which Aeron clients find the driver. */
  public Path directory() {
    return running.directory().driverPath();
  }

  /** Bytes left for the logs of more streams. */
  public long roomBytes() {
    return running.directory().roomBytes();
  }

  /** The streams that the driver takes packets for. */
  StreamAdmission admission() {
    return running.admission();
  }

  /** Wakes the driver. */
  Doorbell doorbell() {
    return running.doorbell();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      shared.release();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A media driver that runs as long as somebody uses it.
 *
 * <p>One thread does all its work and sleeps while there is none. Its files are as small as Aeron
 * permits. Thread-safe.
 */
final class SharedMediaDriver {
  private static final Logger LOG = LoggerFactory.getLogger(SharedMediaDriver.class);

  /**
   * Aeron's least for its counters; with the other least sizes the driver's own files take 12 MiB.
   */
  private static final int COUNTER_VALUES_BYTES = 1024 * 1024;

  /** Own files and the logs of one peer at the largest terms, and as much again to be safe. */
  private static final long NEEDED_BYTES = 20L * 1024 * 1024;

  /**
   * A pause of a peer's JVM must outlast the coordinator's patience before Aeron drops its stream.
   */
  private static final long LIVENESS_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

  private int users;
  private Running running;

  /** Joins the users of the driver and starts it for the first one. */
  synchronized Running acquire() {
    if (users == 0) {
      running = start();
    }
    users++;
    return running;
  }

  /** Leaves the users of the driver and stops it after the last one. */
  synchronized void release() {
    users--;
    if (users == 0) {
      Running last = running;
      running = null;
      last.stop();
    }
  }

  private static Running start() {
    JdkModules.openForAeron();
    DriverDirectory directory = DriverDirectory.create(NEEDED_BYTES);
    StreamAdmission admission = new StreamAdmission();
    Doorbell doorbell = new Doorbell();
    // Only the files: Aeron's memory must stay mapped, its threads still run while the JVM exits.
    Thread cleaner = new Thread(directory::delete, "sparkstrom-media-driver-cleaner");
    try {
      Runtime.getRuntime().addShutdownHook(cleaner);
      MediaDriver driver = MediaDriver.launch(context(directory, admission, doorbell));
      LOG.debug("media driver started in {}", directory.driverPath());
      return new Running(driver, directory, cleaner, admission, doorbell);
    } catch (RuntimeException | Error e) {
      doorbell.close();
      directory.delete();
      removeHook(cleaner);
      throw e;
    }
  }

  private static MediaDriver.Context context(
      DriverDirectory directory, StreamAdmission admission, Doorbell doorbell) {
    SocketBuffers buffers = SocketBuffers.ofSystem();
    buffers.advice().ifPresent(LOG::warn);
    MediaDriver.Context context = new MediaDriver.Context();
    context.aeronDirectoryName(directory.driverPath().toString());
    return context
        .dirDeleteOnStart(true)
        .dirDeleteOnShutdown(true)
        .warnIfDirectoryExists(false)
        .threadingMode(ThreadingMode.SHARED)
        .sharedThreadFactory(task -> daemon(task))
        .asyncExecutorEnabled(false)
        .sharedIdleStrategy(new QuietIdleStrategy(SystemNanoClock.INSTANCE, doorbell))
        .counterValuesBufferLength(COUNTER_VALUES_BYTES)
        .publicationTermBufferLength(AeronConfig.MAX_TERM_LENGTH_BYTES)
        // Memory that cannot be filled kills the process that touches it: fill it after the check.
        .termBufferSparseFile(false)
        .performStorageChecks(true)
        .lowStorageWarningThreshold(0)
        .clientLivenessTimeoutNs(LIVENESS_TIMEOUT_NS)
        .imageLivenessTimeoutNs(LIVENESS_TIMEOUT_NS)
        .publicationUnblockTimeoutNs(2 * LIVENESS_TIMEOUT_NS)
        .socketRcvbufLength(buffers.receiveBytes())
        .socketSndbufLength(buffers.sendBytes())
        .initialWindowLength(buffers.windowBytes())
        .congestControlSupplier(ImageAccounts.keptIn(admission))
        .receiveChannelEndpointSupplier(
            (channel, dispatcher, status, driver) ->
                new ReceiverGuard(channel, dispatcher, status, driver, admission, doorbell))
        .sendChannelEndpointSupplier(
            (channel, status, driver) -> new SenderGuard(channel, status, driver, doorbell))
        .errorHandler(new DriverErrors(SystemNanoClock.INSTANCE));
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "sparkstrom-media-driver");
    thread.setDaemon(true);
    return thread;
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the JVM is exiting, so the hook runs anyway", e);
    }
  }

  /** A driver while it runs. */
  record Running(
      MediaDriver driver,
      DriverDirectory directory,
      Thread cleaner,
      StreamAdmission admission,
      Doorbell doorbell) {

    private void stop() {
      // Aeron's close does not wait for its thread when the caller's is interrupted, as Spark's
      // are.
      boolean interrupted = Thread.interrupted();
      try {
        driver.close();
      } finally {
        doorbell.close();
        directory.delete();
        removeHook(cleaner);
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}

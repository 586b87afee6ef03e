// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.Aeron;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.LangUtil;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One user's connection to the media driver of this JVM; owns its lease.
 *
 * <p>A daemon thread of Aeron's keeps it alive while its user computes.
 */
final class AeronClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AeronClient.class);

  private static final int STREAM_ID = 1;
  private static final int ETHERNET_MTU_BYTES = 1408;
  private static final int LOOPBACK_MTU_BYTES = 16 * 1024;

  private final MediaDriverLease lease;

  /** A pause of this JVM, in which the driver runs too, must outlast the coordinator's patience. */
  private static final long DRIVER_TIMEOUT_MS = 30_000;

  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Aeron aeron;

  private AeronClient(MediaDriverLease lease) {
    this.lease = lease;
    this.aeron = Aeron.connect(context());
  }

  /** Connects to the media driver, which is started if need be. */
  static AeronClient open() {
    MediaDriverLease lease = MediaDriverLease.acquire();
    try {
      return new AeronClient(lease);
    } catch (RuntimeException | Error e) {
      closeInto(e, lease);
      throw e;
    }
  }

  /** Receives on that address; port 0 takes a free one. */
  Subscription subscribe(InetAddress address, int port) {
    return aeron.addSubscription(channel(address, port).build(), STREAM_ID);
  }

  /** The port that a subscription is bound to, as soon as it is. */
  int awaitPort(Subscription subscription, Duration timeout) {
    long deadlineNs = System.nanoTime() + timeout.toNanos();
    IdleStrategy idle = new SleepingMillisIdleStrategy(1);
    String resolved = subscription.resolvedEndpoint();
    while (resolved == null) {
      checkHealthy();
      if (System.nanoTime() - deadlineNs > 0) {
        throw new IllegalStateException(
            "the media driver has not bound " + subscription.channel() + " within " + timeout);
      }
      idle.idle();
      resolved = subscription.resolvedEndpoint();
    }
    return Integer.parseInt(resolved.substring(resolved.lastIndexOf(':') + 1));
  }

  /** Sends to that address. */
  ExclusivePublication publish(InetAddress address, int port, int termLengthBytes) {
    // The packets of an Ethernet must not be longer than its frames; a loopback has no such limit.
    String channel =
        channel(address, port)
            .mtu(address.isLoopbackAddress() ? LOOPBACK_MTU_BYTES : ETHERNET_MTU_BYTES)
            .termLength(termLengthBytes)
            .build();
    return aeron.addExclusivePublication(channel, STREAM_ID);
  }

  /** Bytes left for the logs of more streams. */
  long roomBytes() {
    return lease.roomBytes();
  }

  /** Throws if the driver or the connection to it has failed. */
  void checkHealthy() {
    lease
        .failure()
        .ifPresent(
            reason -> {
              throw new IllegalStateException(reason);
            });
    if (failure.get() != null || aeron.isClosed()) {
      throw new IllegalStateException(
          "the connection to the media driver in " + lease.directory() + " is broken",
          failure.get());
    }
  }

  @Override
  public void close() {
    try {
      aeron.close();
    } finally {
      lease.close();
    }
  }

  /** Closes after a failure; one of closing is kept beside it. */
  static void closeInto(Throwable primary, AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      primary.addSuppressed(e);
    }
  }

  private Aeron.Context context() {
    return new Aeron.Context()
        .aeronDirectoryName(lease.directory().toString())
        .driverTimeoutMs(DRIVER_TIMEOUT_MS)
        .threadFactory(
            task -> {
              Thread thread = new Thread(task, "sparkstrom-aeron-client");
              thread.setDaemon(true);
              return thread;
            })
        .errorHandler(
            error -> {
              LOG.warn("Aeron client: {}", error.toString());
              LOG.debug("Aeron client", error);
              failure.compareAndSet(null, error);
            })
        .subscriberErrorHandler(LangUtil::rethrowUnchecked);
  }

  private static ChannelUriStringBuilder channel(InetAddress address, int port) {
    return new ChannelUriStringBuilder().media("udp").endpoint(LocalAddress.literal(address, port));
  }
}

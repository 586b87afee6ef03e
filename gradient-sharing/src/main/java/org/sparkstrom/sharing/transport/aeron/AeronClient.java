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

  /** A pause of this JVM, in which the driver runs too, must outlast the coordinator's patience. */
  private static final long DRIVER_TIMEOUT_MS = 30_000;

  private final MediaDriverLease lease;
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

  /** Lets the driver take packets for a stream, of nobody yet. */
  AdmittedStream admit(int streamId, long logBudgetBytes) {
    return lease.admission().open(streamId, logBudgetBytes);
  }

  /** Lets the driver ignore a stream again. */
  void ignore(AdmittedStream stream) {
    lease.admission().close(stream);
  }

  /** Receives on that address; port 0 takes a free one. */
  Subscription subscribe(InetAddress address, int port, int streamId) {
    return aeron.addSubscription(channel(address, port).build(), streamId);
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

  /** Sends that way. */
  ExclusivePublication publish(Way way) {
    String channel =
        channel(way.address(), way.port())
            .sessionId(way.sessionId())
            .mtu(way.packetBytes())
            .termLength(way.termLengthBytes())
            .build();
    return aeron.addExclusivePublication(channel, way.streamId());
  }

  /** Tells the driver that there is something to send. */
  void ring() {
    lease.doorbell().ring();
  }

  /** Bytes left for the logs of more streams. */
  long roomBytes() {
    return lease.roomBytes();
  }

  /** Throws if the connection to the driver has failed. */
  void checkHealthy() {
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

  /**
   * The way of one stream to a peer.
   *
   * @param address where the peer receives
   * @param port where the peer receives
   * @param streamId what the peer receives on
   * @param sessionId what the peer knows the stream by
   * @param packetBytes longest packet, without the headers of IP and UDP
   * @param termLengthBytes length of the terms of the stream's log
   */
  record Way(
      InetAddress address,
      int port,
      int streamId,
      int sessionId,
      int packetBytes,
      int termLengthBytes) {}
}

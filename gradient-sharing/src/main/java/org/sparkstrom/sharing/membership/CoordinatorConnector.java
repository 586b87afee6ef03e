// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.sparkstrom.sharing.security.SessionKeys;

/**
 * Makes a worker's connection to its coordinator, trying again until a deadline.
 *
 * <p>A coordinator that cannot be reached may be slow or besieged, so it is tried again; one that
 * answers and does not hold the secret is another one, so it is not.
 */
final class CoordinatorConnector {
  private static final long RETRY_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(200);

  private final CoordinatorAddress address;
  private final SessionKeys keys;
  private final Duration timeout;
  private final long deadlineNs;

  CoordinatorConnector(CoordinatorAddress address, SessionKeys keys, Duration timeout) {
    this.address = address;
    this.keys = keys;
    this.timeout = timeout;
    this.deadlineNs = System.nanoTime() + timeout.toNanos();
  }

  /**
   * A connection after its handshake.
   *
   * @param channel the way to talk
   * @param livenessTimeoutMs how long each end waits for a sign of life
   * @param minWorkers members that a view must have for the fit to go on
   */
  record Connected(ControlChannel channel, int livenessTimeoutMs, int minWorkers) {}

  Connected connect(Liveness caller) {
    while (true) {
      caller.check();
      try {
        return attempt();
      } catch (ControlChannel.NotAuthenticException e) {
        throw new SharingAbortedException(
            "the coordinator at "
                + address
                + " does not hold the secret of session "
                + keys.sessionId()
                + "; it belongs to another fit, or another program listens there",
            e);
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new SharingAbortedException(
              "interrupted while connecting to the coordinator at " + address, e);
        }
        if (deadlineNs - System.nanoTime() < RETRY_PERIOD_NS) {
          throw new SharingAbortedException(
              "cannot connect to the coordinator at "
                  + address
                  + " within "
                  + timeout.toMillis() / 1000.0
                  + " s ("
                  + e.getMessage()
                  + "); executors must be able to reach the driver at that address"
                  + " (spark.driver.host)",
              e);
        }
        LockSupport.parkNanos(RETRY_PERIOD_NS);
      }
    }
  }

  private Connected attempt() throws IOException {
    Socket socket = new Socket();
    try {
      InetAddress host = InetAddress.getByName(address.host());
      socket.connect(new InetSocketAddress(host, address.port()), leftMs());
      socket.setSoTimeout(leftMs());
      ControlChannel channel = ControlChannel.ofWorker(socket, keys);
      if (!(channel.receive() instanceof ControlMessage.Welcome welcome)) {
        throw new IOException("the first message of a coordinator must be its welcome");
      }
      channel.send(new ControlMessage.Hello());
      int livenessTimeoutMs = (int) Math.min(Integer.MAX_VALUE, welcome.livenessTimeoutMs());
      return new Connected(channel, Math.max(1, livenessTimeoutMs), welcome.minWorkers());
    } catch (IOException | RuntimeException e) {
      try {
        socket.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  private int leftMs() {
    long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, leftMs));
  }
}

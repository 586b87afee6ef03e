// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport;

import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.sparkstrom.sharing.transport.Transport.Endpoint;

/**
 * A network inside one JVM, for replicas that are threads and for tests.
 *
 * <p>Each transport that it opens gets a port of its own, counted from 1, and a bounded queue of
 * received frames: a full one is back pressure for the senders. Thread-safe.
 */
public final class InProcessNetwork {
  private static final int INBOX_FRAMES = 8;
  private static final String HOST = "in-process";

  private final int maxFrameBytes;
  private final int inboxFrames;
  private final AtomicInteger lastPort = new AtomicInteger();
  private final Map<Endpoint, Inbox> inboxes = new ConcurrentHashMap<>();

  /**
   * Makes a network without transports.
   *
   * @param maxFrameBytes the longest frame that it carries
   */
  public InProcessNetwork(int maxFrameBytes) {
    this(maxFrameBytes, INBOX_FRAMES);
  }

  /**
   * Makes a network without transports.
   *
   * @param maxFrameBytes the longest frame that it carries
   * @param inboxFrames frames that wait for a receiver before its senders have to
   */
  public InProcessNetwork(int maxFrameBytes, int inboxFrames) {
    if (maxFrameBytes < 1) {
      throw new IllegalArgumentException("maxFrameBytes must be >= 1, but is " + maxFrameBytes);
    }
    if (inboxFrames < 1) {
      throw new IllegalArgumentException("inboxFrames must be >= 1, but is " + inboxFrames);
    }
    this.maxFrameBytes = maxFrameBytes;
    this.inboxFrames = inboxFrames;
  }

  /** Opens a transport at a free port. The caller closes it. */
  public InProcessTransport open() {
    Endpoint endpoint = new Endpoint(HOST, lastPort.incrementAndGet());
    Inbox inbox = new Inbox(inboxFrames);
    inboxes.put(endpoint, inbox);
    return new InProcessTransport(this, endpoint, inbox);
  }

  int maxFrameBytes() {
    return maxFrameBytes;
  }

  /** True if the receiver is open and has the sender among its peers. */
  boolean connects(Endpoint sender, Endpoint receiver) {
    Inbox inbox = inboxes.get(receiver);
    return inbox != null && inbox.senders.contains(sender);
  }

  /** Delivers a frame; false if the receiver does not expect it or has no room for it. */
  boolean offer(Endpoint sender, Endpoint receiver, byte[] frame) {
    Inbox inbox = inboxes.get(receiver);
    return inbox != null && inbox.senders.contains(sender) && inbox.frames.offer(frame);
  }

  void remove(Endpoint endpoint) {
    inboxes.remove(endpoint);
  }

  /** What has arrived at one transport, and from whom it takes anything. */
  static final class Inbox {
    final Queue<byte[]> frames;
    volatile Set<Endpoint> senders = Set.of();

    Inbox(int capacity) {
      frames = new ArrayBlockingQueue<>(capacity);
    }
  }
}

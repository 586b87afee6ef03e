// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport;

import java.util.Map;
import java.util.Queue;
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
  private static final int QUEUE_FRAMES = 8;
  private static final String HOST = "in-process";

  private final int maxFrameBytes;
  private final AtomicInteger lastPort = new AtomicInteger();
  private final Map<Endpoint, Queue<byte[]>> inboxes = new ConcurrentHashMap<>();

  /**
   * Makes a network without transports.
   *
   * @param maxFrameBytes the longest frame that it carries
   */
  public InProcessNetwork(int maxFrameBytes) {
    if (maxFrameBytes < 1) {
      throw new IllegalArgumentException("maxFrameBytes must be >= 1, but is " + maxFrameBytes);
    }
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Opens a transport at a free port. The caller closes it. */
  public InProcessTransport open() {
    Endpoint endpoint = new Endpoint(HOST, lastPort.incrementAndGet());
    Queue<byte[]> inbox = new ArrayBlockingQueue<>(QUEUE_FRAMES);
    inboxes.put(endpoint, inbox);
    return new InProcessTransport(this, endpoint, inbox);
  }

  int maxFrameBytes() {
    return maxFrameBytes;
  }

  boolean isOpen(Endpoint endpoint) {
    return inboxes.containsKey(endpoint);
  }

  /** Delivers a frame; false if the receiver is not there or its queue is full. */
  boolean offer(Endpoint receiver, byte[] frame) {
    Queue<byte[]> inbox = inboxes.get(receiver);
    return inbox != null && inbox.offer(frame);
  }

  void remove(Endpoint endpoint) {
    inboxes.remove(endpoint);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;

/**
 * A transport between threads of one JVM; made by {@link InProcessNetwork#open()}.
 *
 * <p>Frames are copied when the receiver has room for them. Not thread-safe, as every transport.
 */
public final class InProcessTransport implements Transport {
  private final InProcessNetwork network;
  private final Endpoint endpoint;
  private final Queue<byte[]> inbox;
  private final Map<Integer, Outbox> outboxes = new TreeMap<>();
  private long backPressureCount;
  private boolean closed;

  InProcessTransport(InProcessNetwork network, Endpoint endpoint, Queue<byte[]> inbox) {
    this.network = network;
    this.endpoint = endpoint;
    this.inbox = inbox;
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public void connect(List<Peer> peers) {
    requireOpen();
    outboxes.clear();
    peers.forEach(peer -> outboxes.put(peer.rank(), new Outbox(peer.endpoint())));
  }

  @Override
  public boolean connected() {
    requireOpen();
    for (Outbox outbox : outboxes.values()) {
      if (!network.isOpen(outbox.receiver)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void send(int rank, ByteBuffer frame) {
    requireOpen();
    Outbox outbox = outboxes.get(rank);
    if (outbox == null) {
      throw new IllegalArgumentException(
          "rank must be one of the connected peers " + outboxes.keySet() + ", but is " + rank);
    }
    int lengthBytes = frame.remaining();
    if (lengthBytes < 1 || lengthBytes > network.maxFrameBytes()) {
      throw new IllegalArgumentException(
          "a frame must have 1 to "
              + network.maxFrameBytes()
              + " bytes (maxFrameBytes), but has "
              + lengthBytes);
    }
    outbox.frames.add(frame.duplicate());
  }

  @Override
  public boolean flushed() {
    requireOpen();
    for (Outbox outbox : outboxes.values()) {
      if (!outbox.frames.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int poll(FrameHandler handler) {
    requireOpen();
    int done = 0;
    for (Outbox outbox : outboxes.values()) {
      done += deliver(outbox);
    }
    for (int waiting = inbox.size(); waiting > 0; waiting--) {
      handler.onFrame(ByteBuffer.wrap(inbox.remove()));
      done++;
    }
    return done;
  }

  @Override
  public long backPressureCount() {
    return backPressureCount;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      network.remove(endpoint);
      outboxes.clear();
      inbox.clear();
    }
  }

  @Override
  public String toString() {
    return "InProcessTransport[" + endpoint + "]";
  }

  private int deliver(Outbox outbox) {
    int done = 0;
    while (!outbox.frames.isEmpty()) {
      ByteBuffer frame = outbox.frames.element();
      byte[] copy = new byte[frame.remaining()];
      frame.get(frame.position(), copy);
      if (!network.offer(outbox.receiver, copy)) {
        backPressureCount++;
        break;
      }
      outbox.frames.remove();
      done++;
    }
    return done;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  /** What is still to be sent to one peer, in order. */
  private static final class Outbox {
    final Endpoint receiver;
    final Queue<ByteBuffer> frames = new ArrayDeque<>();

    Outbox(Endpoint receiver) {
      this.receiver = receiver;
    }
  }
}

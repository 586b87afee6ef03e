// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A transport between threads of one JVM; made by {@link InProcessNetwork#open()}.
 *
 * <p>Frames are copied when the receiver has room for them. Not thread-safe, as every transport.
 */
public final class InProcessTransport implements Transport {
  private final InProcessNetwork network;
  private final Endpoint endpoint;
  private final InProcessNetwork.Inbox inbox;
  private Map<Integer, FrameQueue> queues = Map.of();
  private long pastBackPressureCount;
  private boolean closed;

  InProcessTransport(InProcessNetwork network, Endpoint endpoint, InProcessNetwork.Inbox inbox) {
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
    Map<Integer, FrameQueue> next = new LinkedHashMap<>();
    for (Peer peer : peers) {
      FrameQueue known = queues.get(peer.rank());
      boolean stays = known != null && known.peer().equals(peer);
      next.put(peer.rank(), stays ? known : new FrameQueue(peer, network.maxFrameBytes()));
    }
    for (FrameQueue queue : queues.values()) {
      if (next.get(queue.peer().rank()) != queue) {
        pastBackPressureCount += queue.backPressureCount();
      }
    }
    queues = next;
    inbox.senders = peers.stream().map(Peer::endpoint).collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public boolean connected() {
    requireOpen();
    for (FrameQueue queue : queues.values()) {
      if (!connected(queue)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void send(int rank, ByteBuffer frame) {
    requireOpen();
    FrameQueue queue = queues.get(rank);
    if (queue == null) {
      throw new IllegalArgumentException(
          "rank must be one of the connected peers " + queues.keySet() + ", but is " + rank);
    }
    queue.add(frame);
  }

  @Override
  public boolean flushed() {
    requireOpen();
    for (FrameQueue queue : queues.values()) {
      if (!queue.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int poll(FrameHandler handler) {
    requireOpen();
    int done = 0;
    for (FrameQueue queue : queues.values()) {
      done += deliver(queue);
    }
    for (int waiting = inbox.frames.size(); waiting > 0; waiting--) {
      handler.onFrame(ByteBuffer.wrap(inbox.frames.remove()));
      done++;
    }
    return done;
  }

  @Override
  public long backPressureCount() {
    long count = pastBackPressureCount;
    for (FrameQueue queue : queues.values()) {
      count += queue.backPressureCount();
    }
    return count;
  }

  @Override
  public List<PeerState> peerStates() {
    requireOpen();
    return queues.values().stream()
        .map(
            queue ->
                new PeerState(
                    queue.peer(), connected(queue), queue.size(), queue.backPressureCount()))
        .toList();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      network.remove(endpoint);
      queues.values().forEach(FrameQueue::clear);
      inbox.frames.clear();
    }
  }

  @Override
  public String toString() {
    return "InProcessTransport[" + endpoint + "]";
  }

  private boolean connected(FrameQueue queue) {
    return network.connects(endpoint, queue.peer().endpoint());
  }

  private int deliver(FrameQueue queue) {
    int done = 0;
    while (!queue.isEmpty()) {
      ByteBuffer frame = queue.head();
      byte[] copy = new byte[frame.remaining()];
      frame.get(0, copy);
      if (!network.offer(endpoint, queue.peer().endpoint(), copy)) {
        queue.countBackPressure();
        break;
      }
      queue.removeHead();
      done++;
    }
    return done;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }
}

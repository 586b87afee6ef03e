// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.sparkstrom.sharing.transport.Transport;

/** Delivers, before each frame of its own, all that others have received since, at any time. */
final class EavesdroppingTransport implements Transport {
  private final Transport honest;
  private final List<EavesdroppingTransport> all;
  private final Queue<ByteBuffer> overheard = new ConcurrentLinkedQueue<>();

  /** Joins those who listen to each other. */
  EavesdroppingTransport(Transport honest, CopyOnWriteArrayList<EavesdroppingTransport> all) {
    this.honest = honest;
    this.all = all;
    all.add(this);
  }

  @Override
  public int poll(FrameHandler handler) {
    return honest.poll(
        frame -> {
          ByteBuffer copy = ByteBuffer.allocate(frame.remaining()).put(frame.duplicate()).flip();
          all.forEach(other -> other.overheard.add(copy.duplicate()));
          while (!overheard.isEmpty()) {
            ByteBuffer next = overheard.remove();
            if (!next.equals(copy)) {
              handler.onFrame(next);
            }
          }
          handler.onFrame(frame);
        });
  }

  @Override
  public Endpoint endpoint() {
    return honest.endpoint();
  }

  @Override
  public void connect(List<Peer> peers) {
    honest.connect(peers);
  }

  @Override
  public boolean connected() {
    return honest.connected();
  }

  @Override
  public void send(int rank, ByteBuffer frame) {
    honest.send(rank, frame);
  }

  @Override
  public boolean flushed() {
    return honest.flushed();
  }

  @Override
  public long backPressureCount() {
    return honest.backPressureCount();
  }

  @Override
  public List<PeerState> peerStates() {
    return honest.peerStates();
  }

  @Override
  public void close() {
    honest.close();
  }
}

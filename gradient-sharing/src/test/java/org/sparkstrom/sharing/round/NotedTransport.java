// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.List;
import org.sparkstrom.sharing.transport.Transport;

/** A transport that calls back before each frame, so that no frame leaves that is in no book. */
final class NotedTransport implements Transport {
  private final Transport honest;
  private final Endpoint advertised;
  private final Runnable beforeSend;

  NotedTransport(Transport honest, Endpoint advertised, Runnable beforeSend) {
    this.honest = honest;
    this.advertised = advertised;
    this.beforeSend = beforeSend;
  }

  @Override
  public void send(int rank, ByteBuffer frame) {
    beforeSend.run();
    honest.send(rank, frame);
  }

  @Override
  public Endpoint endpoint() {
    return advertised;
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
  public boolean flushed() {
    return honest.flushed();
  }

  @Override
  public int poll(FrameHandler handler) {
    return honest.poll(handler);
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

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.List;
import org.sparkstrom.sharing.transport.Transport;

/** Does all that another transport does; those who disturb one override what they disturb. */
abstract class DisturbedTransport implements Transport {
  final Transport honest;

  DisturbedTransport(Transport honest) {
    this.honest = honest;
  }

  static ByteBuffer copy(ByteBuffer frame) {
    return ByteBuffer.allocate(frame.remaining()).put(frame.duplicate()).flip();
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

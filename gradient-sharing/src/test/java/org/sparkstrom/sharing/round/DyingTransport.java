// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.List;
import org.sparkstrom.sharing.transport.Transport;

/**
 * A worker's transport that ends the worker after so many more frames: those before still arrive if
 * there is room for them, the one after does not. What it throws is what an executor's end looks
 * like from inside.
 */
final class DyingTransport implements Transport {
  private final Transport honest;
  private volatile int sendsLeft = Integer.MAX_VALUE;

  DyingTransport(Transport honest) {
    this.honest = honest;
  }

  /** The worker was killed. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed");
    }
  }

  /** From now on only so many frames are sent, one for each peer of a round. */
  void dieAfterSends(int sends) {
    sendsLeft = sends;
  }

  @Override
  public void send(int rank, ByteBuffer frame) {
    int left = sendsLeft;
    if (left > 0) {
      if (left < Integer.MAX_VALUE) {
        sendsLeft = left - 1;
      }
      honest.send(rank, frame);
    }
  }

  @Override
  public int poll(FrameHandler handler) {
    int done = honest.poll(handler);
    if (sendsLeft == 0) {
      throw new Killed();
    }
    return done;
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

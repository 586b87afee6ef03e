// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.sparkstrom.sharing.transport.Transport;

/** Delivers bad frames around each good one: damaged, cut, of noise before it, its replay after. */
final class HostileTransport implements Transport {
  static final long BAD_PER_FRAME = 4;

  private final Transport honest;
  private final Random random;

  HostileTransport(Transport honest, Random random) {
    this.honest = honest;
    this.random = random;
  }

  @Override
  public int poll(FrameHandler handler) {
    return honest.poll(
        frame -> {
          handler.onFrame(damaged(frame));
          handler.onFrame(copy(frame).limit(random.nextInt(frame.remaining())));
          handler.onFrame(noise());
          handler.onFrame(copy(frame));
          handler.onFrame(copy(frame));
        });
  }

  private ByteBuffer damaged(ByteBuffer frame) {
    ByteBuffer copy = copy(frame);
    int at = random.nextInt(copy.limit());
    return copy.put(at, (byte) (copy.get(at) ^ 1 << random.nextInt(8)));
  }

  private ByteBuffer noise() {
    byte[] bytes = new byte[random.nextInt(500)];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private static ByteBuffer copy(ByteBuffer frame) {
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

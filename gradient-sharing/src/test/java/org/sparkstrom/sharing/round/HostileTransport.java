// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.Random;
import org.sparkstrom.sharing.transport.Transport;

/** Delivers bad frames around each good one: damaged, cut, of noise before it, its replay after. */
final class HostileTransport extends DisturbedTransport {
  static final long BAD_PER_FRAME = 4;

  private final Random random;

  HostileTransport(Transport honest, Random random) {
    super(honest);
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
}

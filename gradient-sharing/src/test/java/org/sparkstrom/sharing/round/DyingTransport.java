// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import org.sparkstrom.sharing.transport.Transport;

/**
 * A worker's transport that ends the worker after so many more frames: those before still arrive if
 * there is room for them, the one after does not. What it throws is what an executor's end looks
 * like from inside.
 */
final class DyingTransport extends DisturbedTransport {
  private volatile int sendsLeft = Integer.MAX_VALUE;

  DyingTransport(Transport honest) {
    super(honest);
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
}

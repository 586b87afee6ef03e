// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import org.sparkstrom.sharing.transport.Transport;

/** A transport that calls back before each frame, so that no frame leaves that is in no book. */
final class NotedTransport extends DisturbedTransport {
  private final Endpoint advertised;
  private final Runnable beforeSend;

  NotedTransport(Transport honest, Endpoint advertised, Runnable beforeSend) {
    super(honest);
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
}

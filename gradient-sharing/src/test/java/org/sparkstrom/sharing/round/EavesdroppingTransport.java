// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.sparkstrom.sharing.transport.Transport;

/** Delivers, before each frame of its own, all that others have received since, at any time. */
final class EavesdroppingTransport extends DisturbedTransport {
  private final List<EavesdroppingTransport> all;
  private final Queue<ByteBuffer> overheard = new ConcurrentLinkedQueue<>();

  /** Joins those who listen to each other. */
  EavesdroppingTransport(Transport honest, CopyOnWriteArrayList<EavesdroppingTransport> all) {
    super(honest);
    this.all = all;
    all.add(this);
  }

  @Override
  public int poll(FrameHandler handler) {
    return honest.poll(
        frame -> {
          ByteBuffer copy = copy(frame);
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
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.topology;

import java.nio.ByteBuffer;
import org.sparkstrom.sharing.codec.SparseUpdate;

/** Takes the messages of a {@link RegionRound} on their way. */
@FunctionalInterface
public interface RegionOutbox {

  /**
   * Takes one message. Content and payload are valid during the call only.
   *
   * @param receiver place of the worker that it is for
   * @param phase of the round, from 0
   * @param content what the payload says, for those who keep books
   * @param payload the bytes that travel, from position to limit
   */
  void send(int receiver, int phase, SparseUpdate content, ByteBuffer payload);
}

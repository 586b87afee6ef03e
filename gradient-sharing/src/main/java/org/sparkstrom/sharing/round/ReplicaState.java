// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;

/**
 * The state of a worker's replica as bytes, for a worker that joins a running fit.
 *
 * <p>The exchange calls it from the worker's own thread, inside its methods, when the replica
 * stands exactly at the end of a round. What the bytes mean is the owner's affair.
 */
public interface ReplicaState {

  /** A replica that no other ever starts from, as in a fit whose every loss ends it. */
  ReplicaState NONE =
      new ReplicaState() {
        @Override
        public ByteBuffer save() {
          throw new IllegalStateException(
              "a worker has joined the running fit, but the replica cannot be saved; give the"
                  + " exchange a ReplicaState, or set minWorkers = workers");
        }

        @Override
        public void restore(ByteBuffer state) {
          throw new IllegalStateException(
              "this worker has joined a running fit, but its replica cannot be restored; give the"
                  + " exchange a ReplicaState, or set minWorkers = workers");
        }
      };

  /** The replica as it is, between position and limit; must not change afterwards. */
  ByteBuffer save();

  /**
   * Makes the replica what another worker's {@link #save} was.
   *
   * @param state those bytes, complete and checked
   */
  void restore(ByteBuffer state);
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The parameters on which all replicas were last equal, where they make several steps a round.
 *
 * <p>Between rounds a replica's own parameters are of no use to a joiner, so the anchor goes before
 * its state in a snapshot: float32 [parameterCount], little-endian. Not thread-safe.
 */
final class LocalAnchor implements ReplicaState {
  private final float[] values;
  private final ReplicaState replica;

  /**
   * An anchor where the fit begins.
   *
   * @param initial float32 [parameterCount], the same on all replicas; copied
   * @param replica what follows the anchor in a snapshot
   */
  LocalAnchor(float[] initial, ReplicaState replica) {
    this.values = initial.clone();
    this.replica = replica;
  }

  /** The anchor itself: the owner of the steps moves it. */
  float[] values() {
    return values;
  }

  @Override
  public ByteBuffer save() {
    ByteBuffer state = replica.save();
    int anchorBytes = Math.multiplyExact(Float.BYTES, values.length);
    ByteBuffer both =
        ByteBuffer.allocate(Math.addExact(anchorBytes, state.remaining()))
            .order(ByteOrder.LITTLE_ENDIAN);
    both.asFloatBuffer().put(values);
    both.position(anchorBytes).put(state.duplicate());
    return both.rewind();
  }

  @Override
  public void restore(ByteBuffer state) {
    int anchorBytes = Float.BYTES * values.length;
    if (state.remaining() < anchorBytes) {
      throw new IllegalArgumentException(
          "a snapshot must begin with an anchor of "
              + anchorBytes
              + " bytes, but has "
              + state.remaining());
    }
    state.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    replica.restore(state.position(state.position() + anchorBytes).slice());
  }
}

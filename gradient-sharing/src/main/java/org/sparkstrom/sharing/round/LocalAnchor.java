// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The parameters on which all replicas were last equal, where they make several steps a round.
 *
 * <p>Between rounds a replica's own parameters are of no use to a joiner, so the anchor goes before
 * its state in a snapshot: the steps that have led to it (int64), then float32 [parameterCount],
 * little-endian. Not thread-safe.
 */
final class LocalAnchor implements ReplicaState {
  private final float[] values;
  private final ReplicaState replica;
  private long steps;

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

  /** Steps of each replica that have led to the anchor. */
  long steps() {
    return steps;
  }

  /** The anchor has moved by so many more steps. */
  void addSteps(int more) {
    steps += more;
  }

  @Override
  public ByteBuffer save() {
    ByteBuffer state = replica.save();
    int anchorBytes = Math.multiplyExact(Float.BYTES, values.length);
    int headBytes = Math.addExact(Long.BYTES, anchorBytes);
    ByteBuffer both =
        ByteBuffer.allocate(Math.addExact(headBytes, state.remaining()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(steps);
    both.asFloatBuffer().put(values);
    both.position(headBytes).put(state.duplicate());
    return both.rewind();
  }

  @Override
  public void restore(ByteBuffer state) {
    int headBytes = Long.BYTES + Float.BYTES * values.length;
    if (state.remaining() < headBytes) {
      throw new IllegalArgumentException(
          "a snapshot must begin with an anchor of "
              + headBytes
              + " bytes, but has "
              + state.remaining());
    }
    ByteBuffer head = state.slice().order(ByteOrder.LITTLE_ENDIAN);
    steps = head.getLong();
    head.asFloatBuffer().get(values);
    replica.restore(state.position(state.position() + headBytes).slice());
  }
}

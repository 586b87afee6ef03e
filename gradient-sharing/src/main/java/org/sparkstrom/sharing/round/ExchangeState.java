// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What an exchange needs, beside the parameters, to go on in another fit exactly where it is.
 *
 * <p>It exists so that a fit which is continued from a checkpoint takes the same steps as one that
 * was never interrupted. Bytes from a file are untrusted: {@link UpdateExchange#restore} checks
 * them.
 *
 * @param common the same on all workers: thresholds, and what the next ones depend on
 * @param own of this worker alone: its residual and what it had in flight; empty for a worker that
 *     starts without any, as one that joins a running fit does
 */
public record ExchangeState(ByteBuffer common, ByteBuffer own) {

  public ExchangeState {
    common = common.slice().order(ByteOrder.LITTLE_ENDIAN);
    own = own.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A view of the common part, to be consumed. */
  @Override
  public ByteBuffer common() {
    return common.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A view of the own part, to be consumed. */
  @Override
  public ByteBuffer own() {
    return own.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The same for a worker that has nothing of its own. */
  public ExchangeState forNewcomer() {
    return new ExchangeState(common, ByteBuffer.allocate(0));
  }

  /** Whether a worker stood here before. */
  boolean hasOwn() {
    return own.hasRemaining();
  }

  /** Refuses bytes of another length than the exchange that reads them would have written. */
  static void requireBytes(String part, ByteBuffer bytes, long expected) {
    if (bytes.remaining() != expected) {
      throw new IllegalArgumentException(
          "the %s part of an exchange's state must have %d bytes for this layout and configuration, but has %d"
              .formatted(part, expected, bytes.remaining()));
    }
  }

  static ByteBuffer allocate(long lengthBytes) {
    return ByteBuffer.allocate(Math.toIntExact(lengthBytes)).order(ByteOrder.LITTLE_ENDIAN);
  }

  static void put(float[] values, ByteBuffer out) {
    out.asFloatBuffer().put(values);
    out.position(out.position() + Float.BYTES * values.length);
  }

  /** Reads so many finite floats. */
  static float[] get(int count, ByteBuffer in) {
    float[] values = new float[count];
    in.asFloatBuffer().get(values);
    in.position(in.position() + Float.BYTES * count);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("a residual must be finite, but holds " + value);
      }
    }
    return values;
  }
}

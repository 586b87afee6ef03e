// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Writes whole updates as float32 and adds them up in float64.
 *
 * <p>It is the reference that thresholds are compared with. The sums depend on the order of
 * addition, so all replicas must add in rank order.
 *
 * <p>Not thread-safe. The bytes to decode are untrusted.
 */
public final class DenseCodec implements FloatCodec {
  private final BlockLayout layout;
  private float[] values = new float[0]; // of the payload that is being added; made at the first

  /** Works on updates of that layout. */
  public DenseCodec(BlockLayout layout) {
    this.layout = Objects.requireNonNull(layout, "layout");
  }

  @Override
  public void encode(float[] update, ByteBuffer payload) {
    requireSendable(update);
    for (int b = 0; b < layout.blockCount(); b++) {
      if (!layout.isFrozen(b)) {
        int lengthBytes = layout.length(b) * Float.BYTES;
        BlockHeader.put(payload, BlockHeader.FLOAT32, 0, lengthBytes);
        payload.asFloatBuffer().put(update, layout.offset(b), layout.length(b));
        payload.position(payload.position() + lengthBytes);
      }
    }
  }

  /**
   * Checks what {@link #encode} checks.
   *
   * @throws IllegalArgumentException if the length is wrong or the update of a frozen block not 0
   * @throws NonFiniteUpdateException if an entry is NaN or infinite
   */
  public void requireSendable(float[] update) {
    layout.requireLength(update.length, "update");
    for (int b = 0; b < layout.blockCount(); b++) {
      if (layout.isFrozen(b)) {
        layout.requireZero(update, b);
        continue;
      }
      int bad = firstNonFinite(update, layout.offset(b), layout.length(b));
      if (bad < layout.length(b)) {
        throw new NonFiniteUpdateException(b, bad, update[layout.offset(b) + bad]);
      }
    }
  }

  @Override
  public void addTo(ByteBuffer payload, double[] sums) throws CorruptPayloadException {
    if (values.length == 0) {
      values = new float[layout.parameterCount()];
    }
    for (int b = 0; b < layout.blockCount(); b++) {
      if (!layout.isFrozen(b)) {
        read(payload, b);
      }
    }
    BlockHeader.requireEnd(payload);
    for (int b = 0; b < layout.blockCount(); b++) {
      if (!layout.isFrozen(b)) {
        int end = layout.offset(b) + layout.length(b);
        for (int i = layout.offset(b); i < end; i++) {
          sums[i] += values[i];
        }
      }
    }
  }

  private void read(ByteBuffer payload, int b) throws CorruptPayloadException {
    int offset = layout.offset(b);
    int length = layout.length(b);
    int tag = BlockHeader.tag(payload, b);
    BlockHeader.exponent(payload, b);
    int lengthBytes = BlockHeader.skip(payload, b) - payload.position();
    if (tag != BlockHeader.FLOAT32 || lengthBytes != length * Float.BYTES) {
      throw new CorruptPayloadException(
          "block "
              + b
              + " must hold "
              + length
              + " float32 values, but has format tag "
              + tag
              + " and "
              + lengthBytes
              + " bytes");
    }
    payload.asFloatBuffer().get(values, offset, length);
    payload.position(payload.position() + lengthBytes);
    int bad = firstNonFinite(values, offset, length);
    if (bad < length) {
      throw new CorruptPayloadException(
          "entry " + bad + " of block " + b + " must be finite, but is " + values[offset + bad]);
    }
  }

  /** Zeros: all of an update is sent. */
  @Override
  public float[] residual() {
    return new float[layout.parameterCount()];
  }

  /** Index from the offset of the first NaN or infinity; the length if there is none. */
  static int firstNonFinite(float[] values, int offset, int length) {
    if (isFinite(values, offset, length)) {
      return length;
    }
    int i = 0;
    while (Float.isFinite(values[offset + i])) {
      i++;
    }
    return i;
  }

  /** x * 0 is 0 if x is finite, and else NaN; four sums, so that no addition waits for the last. */
  private static boolean isFinite(float[] values, int offset, int length) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int end = offset + length;
    int i = offset;
    for (; i + 3 < end; i += 4) {
      a += values[i] * 0;
      b += values[i + 1] * 0;
      c += values[i + 2] * 0;
      d += values[i + 3] * 0;
    }
    for (; i < end; i++) {
      a += values[i] * 0;
    }
    return a + b + c + d == 0;
  }
}

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
  private final float[] block;

  /** Works on updates of that layout. */
  public DenseCodec(BlockLayout layout) {
    this.layout = Objects.requireNonNull(layout, "layout");
    this.block = new float[layout.maxBlockLength()];
  }

  @Override
  public void encode(float[] update, ByteBuffer payload) {
    layout.requireLength(update.length, "update");
    for (int b = 0; b < layout.blockCount(); b++) {
      if (layout.isFrozen(b)) {
        layout.requireZero(update, b);
        continue;
      }
      int offset = layout.offset(b);
      int length = layout.length(b);
      int bad = firstNonFinite(update, offset, length);
      if (bad < length) {
        throw new NonFiniteUpdateException(b, bad, update[offset + bad]);
      }
      int lengthBytes = length * Float.BYTES;
      BlockHeader.put(payload, BlockHeader.FLOAT32, 0, lengthBytes);
      payload.asFloatBuffer().put(update, offset, length);
      payload.position(payload.position() + lengthBytes);
    }
  }

  @Override
  public void addTo(ByteBuffer payload, double[] sums) throws CorruptPayloadException {
    int start = payload.position();
    check(payload);
    payload.position(start);
    for (int b = 0; b < layout.blockCount(); b++) {
      if (!layout.isFrozen(b)) {
        BlockHeader.skip(payload, b);
        int length = take(payload, b);
        int offset = layout.offset(b);
        for (int i = 0; i < length; i++) {
          sums[offset + i] += block[i];
        }
      }
    }
  }

  private void check(ByteBuffer payload) throws CorruptPayloadException {
    for (int b = 0; b < layout.blockCount(); b++) {
      if (layout.isFrozen(b)) {
        continue;
      }
      int tag = BlockHeader.tag(payload, b);
      BlockHeader.exponent(payload, b);
      int lengthBytes = BlockHeader.skip(payload, b) - payload.position();
      if (tag != BlockHeader.FLOAT32 || lengthBytes != layout.length(b) * Float.BYTES) {
        throw new CorruptPayloadException(
            "block "
                + b
                + " must hold "
                + layout.length(b)
                + " float32 values, but has format tag "
                + tag
                + " and "
                + lengthBytes
                + " bytes");
      }
      int length = take(payload, b);
      int bad = firstNonFinite(block, 0, length);
      if (bad < length) {
        throw new CorruptPayloadException(
            "entry " + bad + " of block " + b + " must be finite, but is " + block[bad]);
      }
    }
    BlockHeader.requireEnd(payload);
  }

  /** Reads the floats of a block into the buffer; returns how many there are. */
  private int take(ByteBuffer payload, int b) {
    int length = layout.length(b);
    payload.asFloatBuffer().get(block, 0, length);
    payload.position(payload.position() + length * Float.BYTES);
    return length;
  }

  /** Zeros: all of an update is sent. */
  @Override
  public float[] residual() {
    return new float[layout.parameterCount()];
  }

  /** Index from the offset of the first NaN or infinity; the length if there is none. */
  static int firstNonFinite(float[] values, int offset, int length) {
    for (int i = 0; i < length; i++) {
      if (!Float.isFinite(values[offset + i])) {
        return i;
      }
    }
    return length;
  }
}

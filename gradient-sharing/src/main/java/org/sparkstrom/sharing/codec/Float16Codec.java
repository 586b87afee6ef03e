// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Writes whole updates as float16 and adds them up in float64.
 *
 * <p>Half the bytes of {@link DenseCodec}: the dense scheme that thresholds have to beat. Each
 * block is scaled by a power of two so that its largest entry comes near the top of float16's
 * range. What rounding takes off an entry waits in a residual and is added to the next update; the
 * difference of a float32 and the float16 nearest to it is exact, so no mass is lost.
 *
 * <p>Not thread-safe. The bytes to decode are untrusted.
 */
public final class Float16Codec implements FloatCodec {
  /** Largest entries lie in [2^14, 2^15) after scaling: a factor of two below the overflow. */
  private static final int TOP_EXPONENT = 14;

  private static final int MAX_SCALE = 120;

  private final BlockLayout layout;
  private final float[] residual;

  /** Starts with a residual of zeros. */
  public Float16Codec(BlockLayout layout) {
    this.layout = Objects.requireNonNull(layout, "layout");
    this.residual = new float[layout.parameterCount()];
  }

  @Override
  public void encode(float[] update, ByteBuffer payload) {
    layout.requireLength(update.length, "update");
    for (int block = 0; block < layout.blockCount(); block++) {
      if (layout.isFrozen(block)) {
        layout.requireZero(update, block);
      } else {
        encodeBlock(update, block, payload);
      }
    }
  }

  @Override
  public void addTo(ByteBuffer payload, double[] sums) throws CorruptPayloadException {
    int start = payload.position();
    for (int block = 0; block < layout.blockCount(); block++) {
      if (!layout.isFrozen(block)) {
        checkBlock(payload, block);
      }
    }
    BlockHeader.requireEnd(payload);
    payload.position(start);
    for (int block = 0; block < layout.blockCount(); block++) {
      if (!layout.isFrozen(block)) {
        addBlock(payload, block, sums);
      }
    }
  }

  @Override
  public float[] residual() {
    return residual.clone();
  }

  /** Puts another residual in place, that of a checkpoint. */
  public void restore(float[] checkpoint) {
    layout.requireLength(checkpoint.length, "residual");
    System.arraycopy(checkpoint, 0, residual, 0, residual.length);
  }

  private void encodeBlock(float[] update, int block, ByteBuffer payload) {
    int offset = layout.offset(block);
    int length = layout.length(block);
    float largest = 0;
    for (int i = offset; i < offset + length; i++) {
      residual[i] += update[i];
      largest = Math.max(largest, Math.abs(residual[i])); // NaN stays NaN
    }
    if (!Float.isFinite(largest)) {
      int bad = DenseCodec.firstNonFinite(residual, offset, length);
      throw new NonFiniteUpdateException(block, bad, residual[offset + bad]);
    }
    int scale = Math.max(-MAX_SCALE, Math.min(MAX_SCALE, Math.getExponent(largest) - TOP_EXPONENT));
    BlockHeader.put(payload, BlockHeader.FLOAT16, scale, length * Short.BYTES);
    float down = Math.scalb(1f, -scale);
    float up = Math.scalb(1f, scale);
    for (int i = offset; i < offset + length; i++) {
      short half = Float16.of(residual[i] * down);
      payload.putShort(half);
      residual[i] -= Float16.value(half) * up;
    }
  }

  private void checkBlock(ByteBuffer payload, int block) throws CorruptPayloadException {
    int length = layout.length(block);
    int tag = BlockHeader.tag(payload, block);
    int scale = BlockHeader.exponent(payload, block);
    int lengthBytes = BlockHeader.skip(payload, block) - payload.position();
    if (tag != BlockHeader.FLOAT16
        || lengthBytes != length * Short.BYTES
        || Math.abs(scale) > MAX_SCALE) {
      throw new CorruptPayloadException(
          "block %d must hold %d float16 values, but has format tag %d, %d bytes and scale 2^%d"
              .formatted(block, length, tag, lengthBytes, scale));
    }
    for (int i = 0; i < length; i++) {
      short half = payload.getShort();
      if (!Float16.isFinite(half)) {
        throw new CorruptPayloadException(
            "entry " + i + " of block " + block + " must be finite, but is " + Float16.value(half));
      }
    }
  }

  private void addBlock(ByteBuffer payload, int block, double[] sums)
      throws CorruptPayloadException {
    double up = Math.scalb(1.0, BlockHeader.exponent(payload, block));
    BlockHeader.skip(payload, block);
    int offset = layout.offset(block);
    int end = offset + layout.length(block);
    for (int i = offset; i < end; i++) {
      sums[i] += Float16.value(payload.getShort()) * up;
    }
  }
}

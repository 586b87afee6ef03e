// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Turns updates into whole multiples of a threshold and keeps the rest for later.
 *
 * <p>For each entry with update u, residual r and threshold tau, one pass computes
 *
 * <pre>
 *   r := r + u;  k := trunc(r / tau);  r := r - k * tau
 * </pre>
 *
 * and writes the k that are not zero in the smallest format. The threshold with error feedback is
 * that of N. Strom, "Scalable distributed DNN training using commodity GPU cloud computing" (2015).
 * We differ in k: Strom sends the sign only, and what exceeds the threshold piles up in the
 * residual or is clipped; here the multiplicity travels, up to {@link #MAX_MULTIPLICITY}.
 *
 * <p>Mass is conserved: tau is a power of two, so k * tau and r - k * tau are exact in float32 and
 * what was produced equals what was sent plus the residual, up to the rounding of r + u alone. (An
 * entry of more than 2^44 tau rounds once more when it is capped.)
 *
 * <p>Not thread-safe. After an exception the residual is partly updated and must not be used.
 */
public final class ThresholdEncoder {
  /** Largest multiplicity of one entry in one round; more waits in the residual. */
  public static final int MAX_MULTIPLICITY = 1 << 20;

  private final BlockLayout layout;
  private final float[] residual;
  private final BlockEntries entries;

  /** Starts with a residual of zeros. */
  public ThresholdEncoder(BlockLayout layout) {
    this.layout = Objects.requireNonNull(layout, "layout");
    this.residual = new float[layout.parameterCount()];
    this.entries = new BlockEntries(layout.maxBlockLength());
  }

  /**
   * Adds the update to the residual and writes what crosses the thresholds.
   *
   * @param update float32 [parameterCount]; not changed
   * @param exponents one a block: the threshold is 2 to this power
   * @param payload little-endian, with {@link BlockLayout#maxPayloadBytes()} remaining; its
   *     position moves behind the payload
   * @return number of entries written
   * @throws NonFiniteUpdateException if residual and update add up to NaN or an infinity
   */
  public int encode(float[] update, byte[] exponents, ByteBuffer payload) {
    layout.requireLength(update.length, "update");
    int written = 0;
    for (int block = 0; block < layout.blockCount(); block++) {
      entries.clear();
      collect(update, block, Threshold.of(exponents[block]));
      write(layout.length(block), exponents[block], payload);
      written += entries.count();
    }
    return written;
  }

  /** A copy of what was produced and not yet sent, float32 [parameterCount]. */
  public float[] residual() {
    return residual.clone();
  }

  private void collect(float[] update, int block, float tau) {
    int offset = layout.offset(block);
    int end = offset + layout.length(block);
    float[] rest = residual;
    float reciprocal = 1 / tau; // exact, as tau is a power of two
    for (int i = offset; i < end; i++) {
      float r = rest[i] + update[i];
      if (Math.abs(r) < tau) {
        rest[i] = r;
      } else {
        if (!Float.isFinite(r)) {
          throw new NonFiniteUpdateException(block, i - offset, r);
        }
        int k = (int) (r * reciprocal); // saturates
        k = Math.max(-MAX_MULTIPLICITY, Math.min(MAX_MULTIPLICITY, k));
        rest[i] = r - k * tau;
        entries.add(i - offset, k);
      }
    }
  }

  private void write(int blockLength, int exponent, ByteBuffer payload) {
    if (entries.count() == 0) {
      BlockHeader.put(payload, BlockHeader.EMPTY, exponent, 0);
      return;
    }
    long sparseBytes = SparseFormat.sizeBytes(entries);
    long bitmapBytes = BitmapFormat.sizeBytes(entries, blockLength);
    if (sparseBytes <= bitmapBytes) {
      BlockHeader.put(payload, BlockHeader.SPARSE, exponent, (int) sparseBytes);
      SparseFormat.write(entries, payload);
    } else {
      BlockHeader.put(payload, BlockHeader.BITMAP, exponent, (int) bitmapBytes);
      BitmapFormat.write(entries, blockLength, payload);
    }
  }
}

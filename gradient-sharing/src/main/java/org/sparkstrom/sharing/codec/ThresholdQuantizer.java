// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.codec;

import java.util.Arrays;
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
 * The threshold with error feedback is that of N. Strom, "Scalable distributed DNN training using
 * commodity GPU cloud computing" (2015). We differ in k: Strom sends the sign only, and what
 * exceeds the threshold piles up in the residual or is clipped; here the multiplicity travels, up
 * to {@link SparseUpdate#MAX_MULTIPLICITY}.
 *
 * <p>Mass is conserved: tau is a power of two, so k * tau and r - k * tau are exact in float32 and
 * what was produced equals what was sent plus the residual, up to the rounding of r + u alone. (An
 * entry of more than 2^38 tau rounds once more when it is capped.) {@link MassLedger} proves it.
 *
 * <p>Not thread-safe; blocks may be quantized by several threads at once, see {@link
 * BlockParallelism}. After an exception the residual is partly updated and must not be used.
 */
public final class ThresholdQuantizer {
  private final BlockLayout layout;
  private final BlockParallelism parallelism;
  private final float[] residual;
  private final Tile[] tiles;

  /** Starts with a residual of zeros and works in the calling thread. */
  public ThresholdQuantizer(BlockLayout layout) {
    this(layout, BlockParallelism.CALLER);
  }

  /** Starts with a residual of zeros. */
  public ThresholdQuantizer(BlockLayout layout, BlockParallelism parallelism) {
    this.layout = Objects.requireNonNull(layout, "layout");
    this.parallelism = Objects.requireNonNull(parallelism, "parallelism");
    this.residual = new float[layout.parameterCount()];
    this.tiles = tiles(layout, parallelism);
  }

  /**
   * Adds the update to the residual and takes out what crosses the thresholds.
   *
   * @param update float32 [parameterCount]; not changed
   * @param exponents one a block: the threshold is 2 to this power
   * @param out of the same layout; what it held is replaced
   * @throws NonFiniteUpdateException if residual and update add up to NaN or an infinity
   * @throws IllegalArgumentException if the update of a frozen block is not zero
   */
  public void quantize(float[] update, byte[] exponents, SparseUpdate out) {
    layout.requireLength(update.length, "update");
    if (parallelism == BlockParallelism.CALLER) {
      for (int block = 0; block < layout.blockCount(); block++) {
        quantizeBlock(update, block, exponents[block], out);
      }
    } else {
      parallelism.forEach(
          layout.blockCount(), block -> quantizeBlock(update, block, exponents[block], out));
    }
  }

  /** The layout of the updates. */
  public BlockLayout layout() {
    return layout;
  }

  /** A copy of what was produced and not yet sent, float32 [parameterCount]. */
  public float[] residual() {
    return residual.clone();
  }

  /** Euclidean norm of what was produced and not yet sent. */
  public double residualNorm() {
    double squares = 0;
    for (float r : residual) {
      squares += (double) r * r;
    }
    return Math.sqrt(squares);
  }

  /** What was produced and not yet sent; the quantizer's own array. */
  float[] residualArray() {
    return residual;
  }

  /** Puts another residual in place, that of a checkpoint. */
  public void restore(float[] checkpoint) {
    layout.requireLength(checkpoint.length, "residual");
    System.arraycopy(checkpoint, 0, residual, 0, residual.length);
  }

  /** One for all blocks, or one each where several threads may work. */
  private static Tile[] tiles(BlockLayout layout, BlockParallelism parallelism) {
    Tile[] tiles = new Tile[layout.blockCount()];
    if (parallelism == BlockParallelism.CALLER) {
      Arrays.fill(tiles, new Tile());
    } else {
      Arrays.setAll(tiles, block -> new Tile());
    }
    return tiles;
  }

  private void quantizeBlock(float[] update, int block, byte exponent, SparseUpdate out) {
    BlockEntries entries = out.block(block);
    entries.clear();
    if (layout.isFrozen(block)) {
      layout.requireZero(update, block);
      return;
    }
    out.exponent(block, exponent);
    Tile tile = tiles[block];
    float tau = Threshold.of(exponent);
    tile.threshold(tau);
    int start = layout.offset(block);
    int end = start + layout.length(block);
    for (; start + Tile.LENGTH <= end; start += Tile.LENGTH) {
      int count = tile.add(residual, update, start);
      int[] found = tile.found();
      for (int place = 0; place < count; place++) {
        take(found[place], tau, block, entries);
      }
    }
    for (int i = start; i < end; i++) {
      residual[i] += update[i];
      if (!(Math.abs(residual[i]) < tau)) {
        take(i, tau, block, entries);
      }
    }
  }

  private void take(int i, float tau, int block, BlockEntries entries) {
    float r = residual[i];
    int index = i - layout.offset(block);
    if (!Float.isFinite(r)) {
      throw new NonFiniteUpdateException(block, index, r);
    }
    int k = (int) (r * (1 / tau)); // exact, as tau is a power of two; saturates
    k = Math.max(-SparseUpdate.MAX_MULTIPLICITY, Math.min(SparseUpdate.MAX_MULTIPLICITY, k));
    residual[i] = r - k * tau;
    entries.add(index, k);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.SparseCodec;
import org.sparkstrom.sharing.codec.SparseUpdate;
import org.sparkstrom.sharing.codec.Threshold;
import org.sparkstrom.sharing.codec.ThresholdQuantizer;
import org.sparkstrom.sharing.threshold.ThresholdController;

/**
 * Rounds of whole multiples of thresholds: integers are added, so the order does not matter.
 *
 * <p>The aggregate tau * sum * scale is computed in float64 and rounded to float32. It is exact for
 * sums below 2^24 and a scale that is a power of two; else all replicas round alike.
 */
final class ThresholdRoundCodec implements RoundCodec {
  private final BlockLayout layout;
  private final int workers;
  private final double scale;
  private final ThresholdQuantizer quantizer;
  private final SparseCodec codec;
  private final SparseUpdate own;
  private final SparseUpdate received;
  private final ThresholdController controller;
  private final byte[] exponents;
  private final int[] sums;
  private final long[] nonZeros;

  ThresholdRoundCodec(ExchangeConfig config, BlockLayout layout, int workers) {
    this.layout = layout;
    this.workers = workers;
    this.scale = config.aggregation().scale(workers);
    this.quantizer = new ThresholdQuantizer(layout);
    this.codec = new SparseCodec(layout);
    this.own = new SparseUpdate(layout);
    this.received = new SparseUpdate(layout);
    this.controller = new ThresholdController(config.thresholdPolicy(), layout);
    this.exponents = new byte[layout.blockCount()];
    this.sums = new int[layout.parameterCount()];
    this.nonZeros = new long[layout.blockCount()];
    controller.exponents(exponents);
  }

  @Override
  public int encode(float[] update, ByteBuffer payload) {
    quantizer.quantize(update, exponents, own);
    codec.write(own, payload);
    return own.count();
  }

  @Override
  public void add(ByteBuffer payload) throws CorruptPayloadException {
    codec.read(payload, received);
    requireExponents();
    received.addTo(sums);
    received.countInto(nonZeros);
  }

  @Override
  public void takeAggregate(float[] update) {
    for (int block = 0; block < layout.blockCount(); block++) {
      double step = Threshold.of(exponents[block]) * scale;
      int end = layout.offset(block) + layout.length(block);
      for (int i = layout.offset(block); i < end; i++) {
        update[i] = (float) (step * sums[i]);
      }
    }
    Arrays.fill(sums, 0);
    controller.onRound(nonZeros, workers);
    controller.exponents(exponents);
    Arrays.fill(nonZeros, 0);
  }

  /** Integers add up only where all workers used the same thresholds. */
  private void requireExponents() throws CorruptPayloadException {
    for (int block = 0; block < exponents.length; block++) {
      if (received.count(block) > 0 && received.exponent(block) != exponents[block]) {
        throw new CorruptPayloadException(
            "block "
                + block
                + " must have threshold exponent "
                + exponents[block]
                + " as every replica, but has "
                + received.exponent(block));
      }
    }
  }

  /** A copy of what this worker has produced and not yet sent. */
  float[] residual() {
    return quantizer.residual();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.SparseCodec;
import org.sparkstrom.sharing.codec.SparseSums;
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
  private final Aggregation aggregation;
  private final ThresholdQuantizer quantizer;
  private final SparseCodec codec;
  private final SparseUpdate own;
  private final SparseUpdate received;
  private final ThresholdController controller;
  private final Deque<byte[]> inFlight = new ArrayDeque<>(); // exponents of what was encoded
  private final Deque<byte[]> free = new ArrayDeque<>();
  private final SparseSums sums;
  private final long[] nonZeros;
  private int workers;
  private final byte[] lastExponents;
  private final long[] lastNonZeros;
  private int lastWorkers; // 0 before the first round

  ThresholdRoundCodec(ExchangeConfig config, BlockLayout layout, int workers) {
    this.layout = layout;
    this.workers = workers;
    this.aggregation = config.aggregation();
    this.quantizer = new ThresholdQuantizer(layout);
    this.codec = new SparseCodec(layout);
    this.own = new SparseUpdate(layout);
    this.received = new SparseUpdate(layout);
    this.controller =
        new ThresholdController(
            config.thresholdPolicy(), layout, config.synchrony().roundsInFlight());
    this.sums = new SparseSums(layout);
    this.nonZeros = new long[layout.blockCount()];
    this.lastExponents = new byte[layout.blockCount()];
    this.lastNonZeros = new long[layout.blockCount()];
  }

  @Override
  public int encode(float[] update, ByteBuffer payload) {
    byte[] exponents = free.isEmpty() ? new byte[layout.blockCount()] : free.remove();
    controller.exponents(exponents);
    inFlight.add(exponents);
    quantizer.quantize(update, exponents, own);
    codec.write(own, payload);
    return own.count();
  }

  @Override
  public void add(ByteBuffer payload) throws CorruptPayloadException {
    codec.read(payload, received);
    requireExponents(inFlight.element());
    sums.add(received);
    received.countInto(nonZeros);
  }

  /** Integers add up only where all workers used the same thresholds. */
  private void requireExponents(byte[] exponents) throws CorruptPayloadException {
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

  @Override
  public void rescale(int newWorkers) {
    workers = newWorkers;
  }

  @Override
  public void takeAggregate(float[] update) {
    byte[] exponents = inFlight.remove();
    double scale = aggregation.scale(workers);
    for (int block = 0; block < layout.blockCount(); block++) {
      sums.take(block, Threshold.of(exponents[block]) * scale, update);
    }
    note(exponents);
    free.add(exponents);
    controller.onRound(nonZeros, workers);
    Arrays.fill(nonZeros, 0);
  }

  private void note(byte[] exponents) {
    System.arraycopy(exponents, 0, lastExponents, 0, exponents.length);
    System.arraycopy(nonZeros, 0, lastNonZeros, 0, nonZeros.length);
    lastWorkers = workers;
  }

  @Override
  public List<BlockMetrics> blocks() {
    List<BlockMetrics> blocks = new ArrayList<>();
    for (int block = 0; lastWorkers > 0 && block < lastExponents.length; block++) {
      double entries = (double) layout.length(block) * lastWorkers;
      blocks.add(
          new BlockMetrics(lastNonZeros[block] / entries, Threshold.of(lastExponents[block])));
    }
    return blocks;
  }

  @Override
  public double residualNorm() {
    return quantizer.residualNorm();
  }

  @Override
  public int stateBytes(int roundsInFlight) {
    return controller.stateBytes() + roundsInFlight * layout.blockCount();
  }

  @Override
  public void save(int roundsInFlight, ByteBuffer out) {
    controller.save(out);
    byte[] current = new byte[layout.blockCount()];
    controller.exponents(current);
    Iterator<byte[]> encoded = inFlight.iterator();
    for (int i = 0; i < roundsInFlight; i++) {
      out.put(encoded.hasNext() ? encoded.next() : current);
    }
  }

  @Override
  public void restore(int roundsInFlight, ByteBuffer in) {
    controller.restore(in);
    inFlight.clear();
    for (int i = 0; i < roundsInFlight; i++) {
      byte[] exponents = new byte[layout.blockCount()];
      in.get(exponents);
      inFlight.add(exponents);
    }
  }

  @Override
  public void encodeNothing(int place, ByteBuffer payload) {
    byte[] exponents = List.copyOf(inFlight).get(place);
    quantizer.quantize(new float[layout.parameterCount()], exponents, own);
    codec.write(own, payload);
  }

  @Override
  public float[] residual() {
    return quantizer.residual();
  }

  @Override
  public int residualLength() {
    return layout.parameterCount();
  }

  @Override
  public void restoreResidual(float[] residual) {
    quantizer.restore(residual);
  }
}

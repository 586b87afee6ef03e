// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.DenseCodec;
import org.sparkstrom.sharing.codec.Float16Codec;
import org.sparkstrom.sharing.codec.FloatCodec;

/**
 * Rounds of whole updates: float64 sums in rank order, scaled, then rounded to float32.
 *
 * <p>The aggregate of one worker's whole float32 update is that update, so a worker that is alone
 * in its view writes no payload and adds nothing.
 */
final class FloatRoundCodec implements RoundCodec {
  private final FloatCodec codec;
  private final double[] sums;
  private final Aggregation aggregation;
  private final int blockCount;
  private final Optional<DenseCodec> identity; // the codec, if one worker's aggregate is its update
  private int workers;
  private double scale;
  private boolean alone; // in the round that was encoded last
  private boolean taken;

  FloatRoundCodec(FloatCodec codec, BlockLayout layout, ExchangeConfig config, int workers) {
    this.codec = codec;
    this.sums = new double[layout.parameterCount()];
    this.aggregation = config.aggregation();
    this.blockCount = layout.blockCount();
    this.identity =
        codec instanceof DenseCodec whole && config.synchrony() == Synchrony.SYNC
            ? Optional.of(whole)
            : Optional.empty();
    rescale(workers);
  }

  @Override
  public void rescale(int workers) {
    this.workers = workers;
    scale = aggregation.scale(workers);
  }

  @Override
  public float[] residual() {
    return codec.residual();
  }

  @Override
  public int residualLength() {
    return codec instanceof Float16Codec ? sums.length : 0;
  }

  @Override
  public void restoreResidual(float[] residual) {
    if (codec instanceof Float16Codec withResidual) {
      withResidual.restore(residual);
    }
  }

  @Override
  public List<BlockMetrics> blocks() {
    return Collections.nCopies(taken ? blockCount : 0, new BlockMetrics(1, 0));
  }

  @Override
  public double residualNorm() {
    double squares = 0;
    for (float r : codec.residual()) {
      squares += (double) r * r;
    }
    return Math.sqrt(squares);
  }

  @Override
  public int stateBytes(int roundsInFlight) {
    return 0;
  }

  @Override
  public void save(int roundsInFlight, ByteBuffer out) {}

  @Override
  public void restore(int roundsInFlight, ByteBuffer in) {}

  @Override
  public void encodeNothing(int place, ByteBuffer payload) {
    codec.encode(new float[sums.length], payload);
  }

  @Override
  public int encode(float[] update, ByteBuffer payload) {
    alone = workers == 1 && identity.isPresent();
    if (alone) {
      identity.get().requireSendable(update);
    } else {
      codec.encode(update, payload);
    }
    return update.length;
  }

  @Override
  public void add(ByteBuffer payload) throws CorruptPayloadException {
    if (!alone) {
      codec.addTo(payload, sums);
    }
  }

  @Override
  public void takeAggregate(float[] update) {
    taken = true;
    if (alone) {
      return;
    }
    for (int i = 0; i < update.length; i++) {
      update[i] = (float) (sums[i] * scale);
    }
    Arrays.fill(sums, 0);
  }
}

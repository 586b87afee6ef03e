// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.Float16Codec;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.cost.SharingCosts;

/**
 * Rounds whose form is tried first and then chosen by what it costs ({@link ModeTrial}).
 *
 * <p>A payload begins with its form, and in one round with what its worker has measured. Every
 * replica reads the same payloads in that round, so all choose alike without a word to anybody.
 * When the form changes, the residual moves to the other codec and is part of what that one
 * encodes: no mass is lost, and whole updates flush it. The memory of whole updates is given back
 * when thresholds are chosen; the thresholds stay, as what joiners get has them.
 */
final class AutoRoundCodec implements RoundCodec {
  private static final byte NO_REPORT = 0;
  private static final byte REPORT = 1;

  private Optional<FloatRoundCodec> dense; // empty once thresholds are chosen
  private final ThresholdRoundCodec threshold;
  private final RoundStopwatch stopwatch;
  private final ModeTrial trial;
  private RoundCodec inUse; // the one that has the residual; the other's is zero

  /**
   * Both codecs.
   *
   * @param stopwatch of the exchange whose rounds these are
   */
  AutoRoundCodec(ExchangeConfig config, BlockLayout layout, int workers, RoundStopwatch stopwatch) {
    this.dense =
        Optional.of(new FloatRoundCodec(new Float16Codec(layout), layout, config, workers));
    this.threshold = new ThresholdRoundCodec(config, layout, workers);
    this.stopwatch = stopwatch;
    this.trial = new ModeTrial(config.thresholdPolicy().warmupRounds(), config.localSteps());
    this.inUse = threshold;
  }

  /** Empty while both forms are tried. */
  @Override
  public Optional<ModeChoice> choice() {
    return trial.choice();
  }

  @Override
  public int encode(float[] update, ByteBuffer payload) {
    trial.begin(stopwatch.times());
    turnTo(trial.form() == Quantizer.FLOAT16 ? dense.orElseThrow() : threshold);
    int start = payload.position();
    payload.put((byte) trial.form().code());
    Optional<SharingCosts> report = trial.isReported() ? trial.report() : Optional.empty();
    payload.put(report.isPresent() ? REPORT : NO_REPORT);
    report.ifPresent(costs -> costs.put(payload));
    int nonZeros = inUse.encode(update, payload);
    trial.encoded(payload.position() - start);
    return nonZeros;
  }

  private void turnTo(RoundCodec other) {
    if (inUse != other) {
      float[] residual = inUse.residual();
      other.restoreResidual(residual);
      inUse.restoreResidual(new float[residual.length]);
      inUse = other;
    }
    if (inUse == threshold && trial.choice().isPresent()) {
      dense = Optional.empty();
    }
  }

  @Override
  public void add(ByteBuffer payload) throws CorruptPayloadException {
    if (payload.remaining() < 2) {
      throw new CorruptPayloadException(
          "a payload must begin with its form and whether a report follows, but has %d bytes"
              .formatted(payload.remaining()));
    }
    int form = payload.get();
    int expected = trial.form().code();
    if (form != expected) {
      throw new CorruptPayloadException(
          "a payload of this round must be of form %d as on every replica, but is of form %d"
              .formatted(expected, form));
    }
    Optional<SharingCosts> report = readReport(payload);
    inUse.add(payload);
    report.ifPresent(trial::add);
  }

  private Optional<SharingCosts> readReport(ByteBuffer payload) throws CorruptPayloadException {
    int report = payload.get();
    if (report == NO_REPORT) {
      return Optional.empty();
    }
    if (report != REPORT || !trial.isReported() || payload.remaining() < SharingCosts.BYTES) {
      throw new CorruptPayloadException(
          "%d must say that a report of %d bytes follows, in a round of reports, but %d bytes do"
              .formatted(report, SharingCosts.BYTES, payload.remaining()));
    }
    try {
      return Optional.of(SharingCosts.of(payload));
    } catch (IllegalArgumentException e) {
      throw new CorruptPayloadException("a report cannot be read: " + e.getMessage());
    }
  }

  @Override
  public void rescale(int workers) {
    dense.ifPresent(codec -> codec.rescale(workers));
    threshold.rescale(workers);
  }

  @Override
  public void takeAggregate(float[] update) {
    inUse.takeAggregate(update);
    trial.end();
  }

  @Override
  public float[] residual() {
    return inUse.residual();
  }

  @Override
  public List<BlockMetrics> blocks() {
    return inUse.blocks();
  }

  @Override
  public double residualNorm() {
    return inUse.residualNorm();
  }

  @Override
  public int stateBytes(int roundsInFlight) {
    return trial.stateBytes() + threshold.stateBytes(roundsInFlight);
  }

  @Override
  public void save(int roundsInFlight, ByteBuffer out) {
    trial.save(out);
    threshold.save(roundsInFlight, out);
  }

  @Override
  public void restore(int roundsInFlight, ByteBuffer in) {
    trial.restore(in);
    threshold.restore(roundsInFlight, in);
  }

  @Override
  public int residualLength() {
    return threshold.residualLength();
  }

  @Override
  public void restoreResidual(float[] residual) {
    inUse.restoreResidual(residual);
  }

  @Override
  public void encodeNothing(int place, ByteBuffer payload) {
    throw new IllegalStateException("rounds whose form is chosen by cost have none in flight");
  }
}

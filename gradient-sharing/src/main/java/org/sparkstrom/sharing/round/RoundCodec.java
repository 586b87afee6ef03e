// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;
import org.sparkstrom.sharing.codec.DenseCodec;
import org.sparkstrom.sharing.codec.Float16Codec;
import org.sparkstrom.sharing.cost.ModeChoice;

/**
 * The arithmetic of a round: one encode, one add for each worker in rank order, one take.
 *
 * <p>Every replica that has added the same payloads takes the same bits. An encode may be some
 * rounds ahead of the take; each round is decoded as it was encoded.
 */
sealed interface RoundCodec permits ThresholdRoundCodec, FloatRoundCodec, AutoRoundCodec {

  /**
   * The codec that the configuration asks for.
   *
   * @param stopwatch tells what rounds take
   */
  static RoundCodec of(
      ExchangeConfig config, BlockLayout layout, int workers, RoundStopwatch stopwatch) {
    return switch (config.quantizer()) {
      case NONE -> new FloatRoundCodec(new DenseCodec(layout), layout, config, workers);
      case FLOAT16 -> new FloatRoundCodec(new Float16Codec(layout), layout, config, workers);
      case THRESHOLD -> new ThresholdRoundCodec(config, layout, workers);
      case AUTO -> new AutoRoundCodec(config, layout, workers, stopwatch);
    };
  }

  /** What was chosen for the rest of the fit; empty while, or unless, something is to be chosen. */
  default Optional<ModeChoice> choice() {
    return Optional.empty();
  }

  /** Writes this worker's update; returns how many entries were written. */
  int encode(float[] update, ByteBuffer payload);

  /** Adds the payload of one worker of a round, this one included. */
  void add(ByteBuffer payload) throws CorruptPayloadException;

  /**
   * So many workers' payloads are added in the round that is encoded or taken next; called before
   * each of these.
   */
  void rescale(int workers);

  /** Replaces the update by the aggregate of all that was added, and prepares the next round. */
  void takeAggregate(float[] update);

  /** A copy of what this worker has produced and not yet sent. */
  float[] residual();

  /** The blocks in the last round that was taken; empty before. */
  List<BlockMetrics> blocks();

  /** Euclidean norm of {@link #residual}. */
  double residualNorm();

  /** Bytes that {@link #save} writes for so many rounds in flight. */
  int stateBytes(int roundsInFlight);

  /**
   * Writes what all replicas share besides their parameters, as it stands after the last take. What
   * was encoded since then makes no difference beyond the given number of rounds.
   */
  void save(int roundsInFlight, ByteBuffer out);

  /** Goes on where the codec of another replica stood, without a residual. */
  void restore(int roundsInFlight, ByteBuffer in);

  /** Entries of {@link #residual} that can be other than zero: all or none. */
  int residualLength();

  /** Puts another residual of that length in place. */
  void restoreResidual(float[] residual);

  /**
   * Writes the payload of a worker that has nothing to send in a round in flight. Called between
   * {@link #restore} and the first encode.
   *
   * @param place 0 for the first round in flight
   */
  void encodeNothing(int place, ByteBuffer payload);
}

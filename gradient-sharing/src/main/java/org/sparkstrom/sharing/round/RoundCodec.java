// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.nio.ByteBuffer;
import org.sparkstrom.sharing.codec.BlockLayout;
import org.sparkstrom.sharing.codec.CorruptPayloadException;

/**
 * The arithmetic of a round: one encode, one add for each worker in rank order, one take.
 *
 * <p>Every replica that has added the same payloads takes the same bits.
 */
sealed interface RoundCodec permits ThresholdRoundCodec, Float16RoundCodec, DenseRoundCodec {

  /** The codec that the configuration asks for. */
  static RoundCodec of(ExchangeConfig config, BlockLayout layout, int workers) {
    return switch (config.quantizer()) {
      case NONE -> new DenseRoundCodec(layout, config.aggregation().scale(workers));
      case FLOAT16 -> new Float16RoundCodec(layout, config.aggregation().scale(workers));
      case THRESHOLD -> new ThresholdRoundCodec(config, layout, workers);
    };
  }

  /** Writes this worker's update; returns how many entries were written. */
  int encode(float[] update, ByteBuffer payload);

  /** Adds the payload of one worker, this one included. */
  void add(ByteBuffer payload) throws CorruptPayloadException;

  /** Replaces the update by the aggregate of all that was added, and prepares the next round. */
  void takeAggregate(float[] update);
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sparkstrom.spark.evaluation.FigureSums;

/**
 * What one worker has to say at the end of an epoch.
 *
 * @param training the loss of its batches
 * @param validation figures of its validation rows
 * @param blocks how the blocks of its update were shared, see {@link BlockReport}
 * @param skippedRounds rounds of this epoch to which it had nothing finite to add
 */
record EpochVote(
    FigureSums training, FigureSums validation, FigureSums blocks, long skippedRounds) {
  /** Name of the training loss, and of the loss on validation rows. */
  static final String LOSS = "loss";

  /** The name of the ballot at the end of an epoch of the fit, 0-based. */
  static String ballot(int epoch) {
    return "epoch " + epoch;
  }

  ByteBuffer toBytes() {
    ByteBuffer trained = training.toBytes();
    ByteBuffer validated = validation.toBytes();
    ByteBuffer shared = blocks.toBytes();
    int length = trained.remaining() + validated.remaining() + shared.remaining();
    return ByteBuffer.allocate(Long.BYTES + length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(skippedRounds)
        .put(trained)
        .put(validated)
        .put(shared)
        .flip();
  }

  /** Reads what {@link #toBytes} has written. */
  static EpochVote of(ByteBuffer content) {
    ByteBuffer in = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < Long.BYTES) {
      throw new IllegalArgumentException("a vote has only " + in.remaining() + " bytes");
    }
    long skipped = in.getLong();
    FigureSums training = FigureSums.read(in);
    FigureSums validation = FigureSums.read(in);
    return new EpochVote(training, validation, FigureSums.read(in), skipped);
  }

  /** What all workers do after an epoch. */
  enum Verdict {
    /** Train the next epoch. */
    GO_ON(0),
    /** As GO_ON, and keep the network, which is the best so far. */
    GO_ON_WITH_BEST(1),
    /** Train no more. */
    STOP(2),
    /** Undo the epoch, and go on. */
    RESTORE(3),
    /** As STOP, and keep the network, which is the best. */
    STOP_WITH_BEST(4);

    private final int code;

    Verdict(int code) {
      this.code = code;
    }

    /** Whether the fit is over. */
    boolean ends() {
      return this == STOP || this == STOP_WITH_BEST;
    }

    ByteBuffer toBytes() {
      return ByteBuffer.allocate(1).put(0, (byte) code);
    }

    static Verdict of(ByteBuffer content) {
      int code = content.get(content.position());
      for (Verdict verdict : values()) {
        if (verdict.code == code) {
          return verdict;
        }
      }
      throw new IllegalArgumentException("there is no verdict " + code);
    }
  }
}

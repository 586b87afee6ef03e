// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.spark.evaluation.EpochFigures;

/** Something that has happened to a fit, as the driver sees it. */
public sealed interface TrainingEvent {

  /**
   * The data has been checked and the workers start.
   *
   * @param workers number of workers
   * @param rows rows to train on
   * @param validationRows rows to validate with
   * @param parameters parameters of the network
   * @param resumedFrom the checkpoint that the fit goes on from, if it does
   */
  record Started(
      int workers, long rows, long validationRows, long parameters, Optional<String> resumedFrom)
      implements TrainingEvent {}

  /** How far the workers are; comes a few times a second. */
  record RoundProgress(TrainingProgress progress) implements TrainingEvent {
    public RoundProgress {
      Objects.requireNonNull(progress, "progress");
    }
  }

  /**
   * All workers have ended an epoch.
   *
   * @param figures what was measured
   * @param blocks how the layers were shared in its last round; of the first 500 layers
   * @param outcome what came of it
   * @param skippedRounds rounds to which some worker had nothing finite to add
   * @param elapsed time since the training stage was submitted
   */
  record EpochEnded(
      EpochFigures figures,
      List<BlockFigures> blocks,
      EpochOutcome outcome,
      long skippedRounds,
      Duration elapsed)
      implements TrainingEvent {
    public EpochEnded {
      blocks = List.copyOf(blocks);
    }
  }

  /** What came of an epoch. */
  enum EpochOutcome {
    /** The fit goes on. */
    GOES_ON,
    /** The fit goes on; the network is the best so far. */
    BEST_SO_FAR,
    /** The figure that early stopping watches has not become better for too long. */
    STOPPED_EARLY,
    /** The figure that early stopping watches is as good as it was to become; the fit ends. */
    TARGET_REACHED,
    /** An update was not finite; the epoch counts for nothing. */
    UNDONE
  }

  /**
   * A worker was lost, and the others go on.
   *
   * @param reason what happened to it and how far it had come
   */
  record WorkerLost(int rank, String reason) implements TrainingEvent {}

  /**
   * A new attempt of a lost worker takes part.
   *
   * @param label where it runs
   */
  record WorkerJoined(int rank, String label) implements TrainingEvent {}

  /**
   * A checkpoint is complete.
   *
   * @param path its directory
   * @param epoch epochs of the network before it
   * @param round rounds of the network before it
   * @param lengthBytes of all its files
   */
  record CheckpointWritten(String path, int epoch, long round, long lengthBytes)
      implements TrainingEvent {}

  /**
   * The workers have tried what sharing costs, and go on in one way: with the quantizer AUTO, once
   * in a fit.
   *
   * @param choice what they do, and why
   */
  record SharingModeChosen(ModeChoice choice) implements TrainingEvent {
    public SharingModeChosen {
      Objects.requireNonNull(choice, "choice");
    }
  }

  /** The fit has ended well. */
  record Completed(TrainingResult result) implements TrainingEvent {}

  /**
   * The fit has ended with an error, which the caller of fit gets as well.
   *
   * @param failure the error, or what it is the cause of if it is no RuntimeException
   */
  record Failed(RuntimeException failure) implements TrainingEvent {}
}

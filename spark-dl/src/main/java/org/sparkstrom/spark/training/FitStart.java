// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.List;
import java.util.Optional;
import org.sparkstrom.spark.evaluation.EpochFigures;
import org.sparkstrom.spark.network.NetworkSnapshot;

/**
 * Where a fit starts: anew, or from a checkpoint.
 *
 * @param network what all replicas start from
 * @param place how far it is
 * @param point the checkpoint, for the workers
 * @param history the epochs before
 */
record FitStart(
    NetworkSnapshot network, TrainingPlace place, ResumePoint point, List<EpochFigures> history) {

  /** From the newest checkpoint if there is one, else as given. */
  static FitStart of(
      NetworkSnapshot given, TrainingPlace begin, Optional<CheckpointKeeper> checkpoints) {
    return checkpoints
        .flatMap(CheckpointKeeper::resume)
        .orElseGet(() -> new FitStart(given, begin, ResumePoint.NONE, List.of()));
  }

  /** The path of the checkpoint, if there is one. */
  Optional<String> resumedFrom() {
    return Optional.of(point.path()).filter(path -> point.isPresent());
  }
}

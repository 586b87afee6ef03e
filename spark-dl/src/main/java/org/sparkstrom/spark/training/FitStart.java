// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

  private static final Logger LOG = LoggerFactory.getLogger(FitStart.class);

  /**
   * From the newest checkpoint, if it is further than the given network, or as far and the same;
   * else as given, so that nothing is lost that the network has learned elsewhere.
   */
  static FitStart of(
      NetworkSnapshot given, TrainingPlace begin, Optional<CheckpointKeeper> checkpoints) {
    return checkpoints
        .flatMap(CheckpointKeeper::resume)
        .filter(saved -> saved.leadsOnFrom(given, begin))
        .orElseGet(() -> new FitStart(given, begin, ResumePoint.NONE, List.of()));
  }

  private boolean leadsOnFrom(NetworkSnapshot given, TrainingPlace begin) {
    boolean same = Arrays.equals(network.parameters(), given.parameters());
    if (place.round() > begin.round() || (place.round() == begin.round() && same)) {
      return true;
    }
    LOG.warn(
        "'{}' is not resumed from: it is at epoch {}, and the given network is at epoch {} with {} parameters",
        point.path(),
        place.epoch(),
        begin.epoch(),
        same ? "the same" : "other");
    return false;
  }

  /** The path of the checkpoint, if there is one. */
  Optional<String> resumedFrom() {
    return Optional.of(point.path()).filter(path -> point.isPresent());
  }
}

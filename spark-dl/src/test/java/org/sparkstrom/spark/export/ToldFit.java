// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.export;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.learning.config.Sgd;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.evaluation.EpochFigures;
import org.sparkstrom.spark.network.NetworkSnapshot;
import org.sparkstrom.spark.training.Attendance;
import org.sparkstrom.spark.training.TrainingEvent;
import org.sparkstrom.spark.training.TrainingResult;
import org.sparkstrom.spark.training.history.LongFit;

/** The events of a short fit of two workers with an epoch of ten rounds. */
final class ToldFit {
  static final int ROUNDS = 10;

  private ToldFit() {}

  static TrainingEvent started() {
    return new TrainingEvent.Started(2, 640, 64, 1_000, Optional.empty());
  }

  /** Rounds, an epoch with two layers, a loss, and a worker in its place. */
  static List<TrainingEvent> course() {
    List<TrainingEvent> events = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      events.add(new TrainingEvent.RoundProgress(LongFit.progress(Math.max(1, round), ROUNDS, 2)));
    }
    events.add(LongFit.epoch(0, 2));
    events.add(new TrainingEvent.WorkerLost(1, "lost"));
    events.add(new TrainingEvent.WorkerJoined(1, "elsewhere"));
    events.add(new TrainingEvent.CheckpointWritten("hdfs:/c/10", 1, ROUNDS, 500));
    return events;
  }

  static TrainingEvent completed() {
    NetworkSnapshot snapshot = NetworkSnapshot.initial(SparkTests.network(new Sgd(0.1)));
    EpochFigures figures = LongFit.epoch(0, 2).figures();
    return new TrainingEvent.Completed(
        new TrainingResult(
            snapshot,
            snapshot.parametersSha256(),
            2,
            1,
            ROUNDS,
            640,
            7_000,
            80_000,
            1.5,
            List.of(figures),
            new Attendance(2, 1, 1),
            List.of()));
  }

  static TrainingEvent failed() {
    return new TrainingEvent.Failed(new IllegalStateException("a worker was lost"));
  }
}

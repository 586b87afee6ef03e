// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training.history;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.sparkstrom.spark.evaluation.EpochFigures;
import org.sparkstrom.spark.training.Attendance;
import org.sparkstrom.spark.training.BlockFigures;
import org.sparkstrom.spark.training.TrainingEvent;
import org.sparkstrom.spark.training.TrainingEvent.EpochOutcome;
import org.sparkstrom.spark.training.TrainingProgress;
import org.sparkstrom.spark.training.WorkerProgress;

/** The events of a fit of any length, as the driver would tell them, for tests of what is shown. */
public final class LongFit {
  private static final int ROUNDS_PER_EPOCH = 10;

  private LongFit() {}

  /**
   * A recorder that has been told of so many rounds, one report each, with an epoch every ten, and
   * has seen a worker lost and replaced in every epoch.
   */
  public static FitRecorder recorded(String name, int rounds, int workers, int layers) {
    FitRecorder recorder = new FitRecorder(name);
    recorder.onEvent(
        new TrainingEvent.Started(workers, 60_000, 6_000, 1_000_000, Optional.empty()));
    for (int round = 1; round <= rounds; round++) {
      recorder.onEvent(new TrainingEvent.RoundProgress(progress(round, rounds, workers)));
      if (round % ROUNDS_PER_EPOCH == 0) {
        int rank = round / ROUNDS_PER_EPOCH % workers;
        recorder.onEvent(epoch(round / ROUNDS_PER_EPOCH - 1, layers));
        recorder.onEvent(
            new TrainingEvent.WorkerLost(rank, "lost worker " + rank + ": connection closed"));
        recorder.onEvent(new TrainingEvent.WorkerJoined(rank, label(rank, round)));
        recorder.onEvent(
            new TrainingEvent.CheckpointWritten("hdfs:/c/" + round, round / 10, round, 123_456));
      }
    }
    return recorder;
  }

  /** What is reported after a round. */
  public static TrainingProgress progress(int round, int rounds, int workers) {
    return new TrainingProgress(
        workers,
        round,
        (round - 1) / ROUNDS_PER_EPOCH,
        rounds / ROUNDS_PER_EPOCH,
        2.3 / Math.sqrt(round) + 0.05 * Math.sin(round),
        64L * workers * round,
        3_500L * workers * round,
        4_000_000L * workers * round,
        0.001 + 0.25 / round,
        Duration.ofMillis(20L * round),
        new Attendance(workers, 0, 0),
        IntStream.range(0, workers)
            .mapToObj(rank -> new WorkerProgress(rank, label(rank, 0), round, 64L * round))
            .toList());
  }

  /** What is told at the end of an epoch. */
  public static TrainingEvent.EpochEnded epoch(int epoch, int layers) {
    double loss = 2 / Math.sqrt(epoch + 1);
    List<BlockFigures> blocks =
        IntStream.range(0, layers)
            .mapToObj(
                i -> new BlockFigures("layer" + i, 0.001 * (i + 1), Math.scalb(1.0, -8 - i % 4)))
            .toList();
    return new TrainingEvent.EpochEnded(
        new EpochFigures(epoch, loss, Map.of("loss", loss * 1.1, "accuracy", 1 - loss / 3)),
        blocks,
        EpochOutcome.GOES_ON,
        0,
        Duration.ofMillis(20L * ROUNDS_PER_EPOCH * (epoch + 1)));
  }

  private static String label(int rank, int attempt) {
    return "executor " + rank + " on 10.0.0." + rank + ", task attempt " + attempt;
  }
}

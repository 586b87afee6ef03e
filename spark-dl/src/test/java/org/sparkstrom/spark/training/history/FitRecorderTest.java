// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.cost.RoundCost;
import org.sparkstrom.sharing.cost.SharingCosts;
import org.sparkstrom.spark.evaluation.EpochFigures;
import org.sparkstrom.spark.training.TrainingEvent;
import org.sparkstrom.spark.training.TrainingEvent.EpochOutcome;
import org.sparkstrom.spark.training.history.FitHistory.HappeningKind;
import org.sparkstrom.spark.training.history.FitHistory.Phase;
import org.sparkstrom.spark.training.history.FitHistory.WorkerState;

class FitRecorderTest {

  @Test
  void aLongFitHasABoundedHistory() {
    FitHistory tenThousand = LongFit.recorded("fit", 10_000, 4, 20).history();
    FitHistory hundredThousand = LongFit.recorded("fit", 100_000, 4, 20).history();
    for (FitHistory history : List.of(tenThousand, hundredThousand)) {
      FitHistory.Curves curves = history.curves();
      assertThat(curves.round()).hasSizeBetween(500, FitRecorder.MOST_POINTS + 1);
      assertThat(curves.round()).isSorted().startsWith(1L);
      assertThat(curves.seconds()).hasSameSizeAs(curves.round()).isSorted();
      assertThat(curves.loss()).hasSameSizeAs(curves.round());
      assertThat(curves.density()).hasSameSizeAs(curves.round());
      assertThat(history.epochs().measured()).hasSizeLessThanOrEqualTo(1001);
      int figures = history.blocks().measured().size() * history.blocks().names().size() * 2;
      assertThat(figures).isLessThanOrEqualTo(FitRecorder.MOST_BLOCK_FIGURES + 40);
      assertThat(history.happenings()).hasSize(FitRecorder.MOST_HAPPENINGS);
      assertThat(history.workers()).hasSize(4);
      assertThat(history.toJson()).hasSizeLessThan(600_000);
    }
    assertThat(tenThousand.curves().round()).endsWith(10_000L);
    assertThat(hundredThousand.curves().round()).endsWith(100_000L);
    assertThat(hundredThousand.curves().every()).isEqualTo(128);
  }

  @Test
  void whatIsLeftOutFollowsFromTheEventsAlone() {
    assertThat(LongFit.recorded("fit", 5000, 3, 7).history().curves())
        .isEqualTo(LongFit.recorded("fit", 5000, 3, 7).history().curves());
  }

  @Test
  void manyLayersLeaveFewerEpochs() {
    FitHistory.Blocks blocks = LongFit.recorded("fit", 5000, 2, 500).history().blocks();
    assertThat(blocks.names()).hasSize(500);
    assertThat(blocks.measured()).hasSizeBetween(10, 21);
    assertThat(blocks.every()).isGreaterThan(1);
    assertThat(blocks.measured().get(0).density().get(9)).isCloseTo(0.01, within(1e-6));
  }

  @Test
  void aLostWorkerIsReplacedAndTheFitEnds() {
    FitRecorder recorder = new FitRecorder("fit");
    assertThat(recorder.history().state().phase()).isEqualTo(Phase.RUNNING);
    recorder.onEvent(new TrainingEvent.Started(3, 90, 0, 67, Optional.of("hdfs:/old")));
    recorder.onEvent(new TrainingEvent.RoundProgress(LongFit.progress(1, 100, 3)));
    assertThat(recorder.history().workers())
        .extracting(FitHistory.Worker::state)
        .containsOnly(WorkerState.TRAINING);
    recorder.onEvent(new TrainingEvent.WorkerLost(1, "lost worker 1 after round 1"));
    FitHistory lost = recorder.history();
    assertThat(lost.workers().get(1).state()).isEqualTo(WorkerState.LOST);
    assertThat(lost.workers().get(1).label()).contains("executor 1");
    recorder.onEvent(new TrainingEvent.WorkerJoined(1, "executor 9 on 10.0.0.9"));
    recorder.onEvent(new TrainingEvent.RoundProgress(LongFit.progress(2, 100, 3)));
    FitHistory replaced = recorder.history();
    assertThat(replaced.workers())
        .extracting(FitHistory.Worker::state)
        .containsExactly(WorkerState.TRAINING, WorkerState.REPLACED, WorkerState.TRAINING);
    assertThat(replaced.workers().get(1).losses()).isEqualTo(1);
    assertThat(replaced.start().resumedFrom()).isEqualTo("hdfs:/old");
    recorder.onEvent(new TrainingEvent.Failed(new IllegalStateException("all are gone")));
    FitHistory failed = recorder.history();
    assertThat(failed.state().phase()).isEqualTo(Phase.FAILED);
    assertThat(failed.state().failure()).isEqualTo("all are gone");
    assertThat(failed.happenings())
        .extracting(FitHistory.Happening::kind)
        .containsExactly(HappeningKind.LOST, HappeningKind.JOINED, HappeningKind.FAILED);
  }

  @Test
  void decisionsAreTold() {
    FitRecorder recorder = new FitRecorder("fit");
    SharingCosts costs = new SharingCosts(5, new RoundCost(6, 7, 8), new RoundCost(9, 10, 11));
    ModeChoice choice = new ModeChoice(Quantizer.THRESHOLD, 2, 73, costs);
    recorder.onEvent(new TrainingEvent.SharingModeChosen(choice));
    recorder.onEvent(ended(0, EpochOutcome.UNDONE, 3));
    recorder.onEvent(ended(1, EpochOutcome.GOES_ON, 2));
    recorder.onEvent(new TrainingEvent.CheckpointWritten("hdfs:/a", 1, 10, 5));
    recorder.onEvent(new TrainingEvent.CheckpointWritten("hdfs:/b", 2, 20, 5));
    recorder.onEvent(ended(2, EpochOutcome.STOPPED_EARLY, 0));
    FitHistory history = recorder.history();
    assertThat(history.state().sharing()).isEqualTo(choice.describe());
    assertThat(history.state().checkpoints()).isEqualTo(2);
    assertThat(history.state().lastCheckpoint()).isEqualTo("hdfs:/b");
    assertThat(history.happenings())
        .extracting(FitHistory.Happening::text)
        .containsExactly(
            "updates are shared as " + choice.describe(),
            "epoch 1 was undone: an update was not finite",
            "epoch 2: 2 updates were not finite and were skipped",
            "checkpoint 2 after epoch 2, round 20, 5 bytes: hdfs:/b",
            "no better for too long: stops after epoch 3");
  }

  private static TrainingEvent.EpochEnded ended(int epoch, EpochOutcome outcome, long skipped) {
    return new TrainingEvent.EpochEnded(
        new EpochFigures(epoch, Double.NaN, Map.of("loss", Double.POSITIVE_INFINITY)),
        List.of(),
        outcome,
        skipped,
        Duration.ofSeconds(epoch));
  }

  @Test
  void aHistoryComesBackFromJsonAndSerialization() throws Exception {
    FitRecorder recorder = LongFit.recorded("fit", 3000, 3, 4);
    recorder.onEvent(ended(300, EpochOutcome.GOES_ON, 1));
    FitHistory history = recorder.history();
    assertThat(FitHistory.fromJson(history.toJson())).isEqualTo(history);
    assertThat(FitHistory.fromJson(FitHistory.NONE.toJson()).isEmpty()).isTrue();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(history);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(history);
    }
  }

  @Test
  void fieldsOfOtherReleasesAreIgnoredAndDamageIsNot() {
    FitHistory history = LongFit.recorded("fit", 20, 2, 2).history();
    String later = history.toJson().replaceFirst("\\{", "{\"added\":[1],");
    assertThat(FitHistory.fromJson(later)).isEqualTo(history);
    for (String damaged : List.of("{", "{}", "[]", "null")) {
      assertThatIllegalArgumentException()
          .as(damaged)
          .isThrownBy(() -> FitHistory.fromJson(damaged))
          .withMessageStartingWith("the history of a fit must be the JSON that saving a model");
    }
  }

  @Test
  void longTextsAreCut() {
    FitRecorder recorder = new FitRecorder("n".repeat(100_000));
    recorder.onEvent(new TrainingEvent.Failed(new IllegalStateException("x".repeat(1_000_000))));
    assertThat(recorder.history().toJson()).hasSizeLessThan(10_000);
  }
}

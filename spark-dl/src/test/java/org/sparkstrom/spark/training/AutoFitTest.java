// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Adam;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.round.Synchrony;
import org.sparkstrom.sharing.threshold.TargetDensity;
import org.sparkstrom.spark.SparkTests;
import org.sparkstrom.spark.checkpoint.CheckpointConfig;
import org.sparkstrom.spark.data.ColumnBinding;
import org.sparkstrom.spark.network.NetworkSnapshot;

/** Fits that choose by what it costs how they share updates. */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class AutoFitTest {
  private static final ColumnBinding COLUMNS = new ColumnBinding("features", "label");
  private static final int ROUNDS_PER_EPOCH = 10;

  /** Rounds until the choice holds: 24 of warm-up, 8 and 16 of either form, one of reports. */
  private static final int TRIAL = 73;

  @TempDir Path temp;

  private static TrainingConfig.Builder config(int epochs) {
    return TrainingConfig.builder()
        .workers(2)
        .batchSize(15)
        .epochs(epochs)
        .quantizer(Quantizer.AUTO)
        .thresholdPolicy(new TargetDensity(0.1, 20, -8));
  }

  private static TrainingResult fit(TrainingConfig config, List<TrainingEvent> events) {
    return new DistributedTrainer(SparkTests.session().sparkContext(), config, List.of(events::add))
        .fit(
            NetworkSnapshot.initial(SparkTests.network(new Adam(0.01))),
            SparkTests.cloudFrame(2 * 15 * ROUNDS_PER_EPOCH, 3, 4),
            COLUMNS);
  }

  private static List<ModeChoice> chosen(List<TrainingEvent> events) {
    return events.stream()
        .filter(TrainingEvent.SharingModeChosen.class::isInstance)
        .map(event -> ((TrainingEvent.SharingModeChosen) event).choice())
        .toList();
  }

  @Test
  void theChoiceIsToldOnceAndAFitThatGoesOnKeepsIt() {
    FitCare care =
        FitCare.DEFAULT.with(CheckpointConfig.in(temp.resolve("kept").toUri().toString()));
    List<TrainingEvent> events = new ArrayList<>();
    TrainingResult first = fit(config(9).care(care).build(), events);

    ModeChoice choice = first.modeChoices().get(0);
    assertThat(first.modeChoices()).hasSize(1);
    assertThat(chosen(events)).containsExactly(choice);
    assertThat(choice.round()).isEqualTo(TRIAL);
    assertThat(choice.localSteps()).isEqualTo(1);
    assertThat(choice.costs().computeNs()).isPositive();
    assertThat(choice.costs().dense().payloadBytes()).isPositive();
    assertThat(choice.costs().dense().linkNs()).isPositive();

    List<TrainingEvent> later = new ArrayList<>();
    TrainingResult longer = fit(config(12).care(care).build(), later);
    assertThat(longer.rounds()).isEqualTo(3 * ROUNDS_PER_EPOCH);
    assertThat(longer.modeChoices()).containsExactly(choice);
    assertThat(chosen(later)).containsExactly(choice);
  }

  @Test
  void takesNoMoreLocalStepsThanAreAllowed() {
    int epochs = 12;
    TrainingResult result = fit(config(epochs).localSteps(3).build(), new ArrayList<>());
    int localSteps = result.modeChoices().get(0).localSteps();
    int rest = epochs * ROUNDS_PER_EPOCH - TRIAL;
    assertThat(localSteps).isBetween(1, 3);
    assertThat(result.rounds()).isEqualTo(TRIAL + (rest + localSteps - 1) / localSteps);
  }

  @Test
  void aFitThatIsTooShortChoosesNothing() {
    List<TrainingEvent> events = new ArrayList<>();
    assertThat(fit(config(3).build(), events).modeChoices()).isEmpty();
    assertThat(chosen(events)).isEmpty();
  }

  @Test
  void needsRoundsInStep() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config(1).synchrony(Synchrony.PIPELINED).build())
        .withMessageStartingWith("the quantizer AUTO needs the synchrony SYNC");
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sparkstrom.sharing.codec.Quantizer;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.cost.RoundCost;
import org.sparkstrom.sharing.cost.SharingCosts;
import org.sparkstrom.sharing.membership.SharingAbortedException;
import org.sparkstrom.spark.checkpoint.PartFile;
import org.sparkstrom.spark.evaluation.EpochFigures;
import org.sparkstrom.spark.evaluation.FigureSums;
import org.sparkstrom.spark.training.EpochVote.Verdict;

class FitDecisionsTest {
  private static final long ROUNDS_PER_EPOCH = 10;
  private static final TrainingPlace START = TrainingPlace.between(0, 0, ROUNDS_PER_EPOCH, 0);
  private int epoch;

  @Test
  void stopsWhenTheFigureHasNotImprovedForAsLongAsPatienceLasts() {
    FitDecisions decisions = decisions(EarlyStopping.on("accuracy", 2).withMinDelta(0.05));
    assertThat(end(decisions, 0.50)).isEqualTo(Verdict.GO_ON_WITH_BEST);
    assertThat(end(decisions, 0.54)).isEqualTo(Verdict.GO_ON); // less than minDelta better
    assertThat(end(decisions, 0.60)).isEqualTo(Verdict.GO_ON_WITH_BEST);
    assertThat(end(decisions, 0.60)).isEqualTo(Verdict.GO_ON);
    assertThat(end(decisions, 0.55)).isEqualTo(Verdict.STOP);
  }

  @Test
  void aLossImprovesDownwardsAndNaNIsNeverBetter() {
    FitDecisions decisions = decisions(EarlyStopping.on("loss", 2));
    assertThat(end(decisions, Double.NaN)).isEqualTo(Verdict.GO_ON);
    assertThat(end(decisions, 2)).isEqualTo(Verdict.GO_ON_WITH_BEST);
    assertThat(end(decisions, 3)).isEqualTo(Verdict.GO_ON);
    assertThat(end(decisions, 1)).isEqualTo(Verdict.GO_ON_WITH_BEST);
  }

  @Test
  void stopsWhenTheFigureIsGoodEnough() {
    EarlyStopping stopping = EarlyStopping.at("accuracy", 0.8).withMinDelta(0.3);
    FitDecisions decisions = decisions(stopping);
    assertThat(end(decisions, 0.50)).isEqualTo(Verdict.GO_ON_WITH_BEST);
    assertThat(end(decisions, 0.79)).isEqualTo(Verdict.GO_ON); // less than minDelta better
    assertThat(end(decisions, Double.NaN)).isEqualTo(Verdict.GO_ON);
    assertThat(decisions.hasEnded()).isFalse();
    assertThat(end(decisions, 0.80)).isEqualTo(Verdict.STOP_WITH_BEST);
    assertThat(decisions.hasEnded()).isTrue();
    assertThat(
            new FitDecisions(FitCare.DEFAULT.with(stopping), START, decisions.history()).hasEnded())
        .isTrue();
    epoch = 0;
    FitDecisions loss = decisions(EarlyStopping.on("loss", 2).withTarget(0.1));
    assertThat(end(loss, 0.2)).isEqualTo(Verdict.GO_ON_WITH_BEST);
    assertThat(end(loss, 0.1)).isEqualTo(Verdict.STOP_WITH_BEST);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EarlyStopping.at("loss", Double.NEGATIVE_INFINITY))
        .withMessageContaining("target must be finite");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EarlyStopping.OFF.withTarget(0.98))
        .withMessageContaining("0.98 needs a metric");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EarlyStopping.at("loss", Double.NaN))
        .withMessageContaining("must be a number");
  }

  @Test
  void aTargetThatThePastHasReachedEndsAResumedFitWithItsBest() {
    List<EpochFigures> past =
        List.of(
            new EpochFigures(0, 1, Map.of("accuracy", 0.90)),
            new EpochFigures(1, 1, Map.of("accuracy", 0.95)),
            new EpochFigures(2, 1, Map.of("accuracy", 0.93)));
    FitDecisions decisions =
        new FitDecisions(FitCare.DEFAULT.with(EarlyStopping.at("accuracy", 0.94)), START, past);
    assertThat(decisions.hasEnded()).isTrue();
  }

  @Test
  void goesOnFromTheEpochsOfACheckpoint() {
    List<EpochFigures> past =
        List.of(
            new EpochFigures(0, 1, Map.of("accuracy", 0.9)),
            new EpochFigures(1, 1, Map.of("accuracy", 0.8)));
    FitDecisions decisions =
        new FitDecisions(
            FitCare.DEFAULT.with(EarlyStopping.on("accuracy", 2)),
            TrainingPlace.between(20, 2, ROUNDS_PER_EPOCH, 0),
            past);
    epoch = 2;
    assertThat(end(decisions, 0.85)).isEqualTo(Verdict.STOP);
    assertThat(decisions.history()).hasSize(3);
  }

  @Test
  void aSharingModeIsNotedOnceAndMustBeTheSameOnAllWorkers() {
    ModeChoice choice = modeChoice(73);
    FitDecisions decisions = decisions(EarlyStopping.OFF);
    assertThat(decisions.decide(ModeReport.BALLOT, Map.of(0, bytes(choice), 2, bytes(choice))))
        .isEmpty();
    assertThat(decisions.poll()).contains(new FitDecisions.ModeChosen(choice));
    assertThat(decisions.poll()).isEmpty();
    assertThat(decisions.modeChoices()).containsExactly(choice);

    assertThatExceptionOfType(SharingAbortedException.class)
        .isThrownBy(
            () ->
                decisions.decide(
                    ModeReport.BALLOT, Map.of(0, bytes(choice), 1, bytes(modeChoice(74)))))
        .withMessageStartingWith("all workers must choose the same way of sharing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> decisions.decide(ModeReport.BALLOT, Map.of(0, ByteBuffer.allocate(3))))
        .withMessage("a vote on the sharing mode must have 69 bytes, but has 3");
  }

  private static ModeChoice modeChoice(long round) {
    return new ModeChoice(
        Quantizer.FLOAT16,
        1,
        round,
        new SharingCosts(5, new RoundCost(6, 7, 8), new RoundCost(9, 10, 11)));
  }

  private static ByteBuffer bytes(ModeChoice choice) {
    ByteBuffer bytes = ByteBuffer.allocate(ModeChoice.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    choice.put(bytes);
    return bytes.flip();
  }

  @Test
  void figuresAreOverAllRowsOfAllWorkers() {
    FitDecisions decisions = decisions(EarlyStopping.OFF);
    decisions.decide(
        "epoch 0", votes(vote(4, 2, 3, 4, 0), vote(1, 1, 1, 1, 0), vote(Double.NaN, 0, 0, 0, 0)));
    EpochFigures figures = decisions.history().get(0);
    assertThat(figures.loss()).isNaN(); // a worker whose loss is NaN is not hidden
    assertThat(figures.validation()).containsEntry("accuracy", 0.8);
  }

  @Test
  void undoesAnEpochThatDivergedSoManyTimes() {
    FitDecisions decisions =
        new FitDecisions(
            FitCare.DEFAULT.with(NonFinitePolicy.restore(1)).with(EarlyStopping.on("accuracy", 1)),
            START,
            List.of());
    Map<Integer, ByteBuffer> diverged = votes(vote(1, 1, 1, 1, 0), vote(1, 1, 1, 1, 2));
    assertThat(Verdict.of(decisions.decide("epoch 0", diverged).orElseThrow()))
        .isEqualTo(Verdict.RESTORE);
    assertThat(decisions.history().get(0).validation()).isEmpty();
    assertThat(decisions.poll())
        .hasValueSatisfying(
            note -> assertThat(((FitDecisions.EpochOver) note).skippedRounds()).isEqualTo(2));
    assertThatExceptionOfType(SharingAbortedException.class)
        .isThrownBy(() -> decisions.decide("epoch 1", diverged))
        .withMessageContaining("diverged in epoch 1 for the 2th time, and may be restored 1 times")
        .withMessageContaining("learning rate");
  }

  @Test
  void completesACheckpointOfWhichAllPartsAreThere() {
    FitDecisions decisions = decisions(EarlyStopping.on("accuracy", 5));
    end(decisions, 0.75);
    PartFile common = part(PartFile.COMMON);
    assertThat(
            decisions.decide(
                CheckpointVote.ballot(1, ROUNDS_PER_EPOCH),
                votes(parts(common, part(0)), parts(part(1)))))
        .isEmpty();
    decisions.decide(CheckpointVote.ballot(1, 15), votes(parts(common, part(0)), parts(part(1))));
    decisions.decide(CheckpointVote.ballot(1, 16), votes(parts(common, part(0)), parts()));
    decisions.decide(CheckpointVote.ballot(1, 17), votes(parts(part(0)), parts(part(1))));
    assertThat(decisions.poll()).get().isInstanceOf(FitDecisions.EpochOver.class);
    FitDecisions.PartsWritten atTheEnd = (FitDecisions.PartsWritten) decisions.poll().orElseThrow();
    assertThat(atTheEnd.parts()).containsExactly(common, part(0), part(1));
    assertThat(atTheEnd.history()).hasSize(1);
    assertThat(atTheEnd.score()).isEqualTo(0.75);
    FitDecisions.PartsWritten within = (FitDecisions.PartsWritten) decisions.poll().orElseThrow();
    assertThat(within.round()).isEqualTo(15);
    assertThat(within.score()).isNaN();
    assertThat(((FitDecisions.PartsWritten) decisions.poll().orElseThrow()).parts()).isEmpty();
    assertThat(((FitDecisions.PartsWritten) decisions.poll().orElseThrow()).parts()).isEmpty();
  }

  @Test
  void countsTheEpochsOfANetworkThatHadBeenTrainedBefore() {
    FitDecisions decisions =
        new FitDecisions(
            FitCare.DEFAULT, TrainingPlace.between(30, 3, ROUNDS_PER_EPOCH, 0), List.of());
    epoch = 3;
    end(decisions, 0.75);
    end(decisions, 0.5);
    assertThat(decisions.history()).extracting(EpochFigures::epoch).containsExactly(3, 4);
    decisions.decide(CheckpointVote.ballot(4, 40), votes(parts(part(PartFile.COMMON), part(0))));
    FitDecisions.PartsWritten late =
        (FitDecisions.PartsWritten)
            Stream.generate(decisions::poll)
                .map(Optional::orElseThrow)
                .filter(FitDecisions.PartsWritten.class::isInstance)
                .findFirst()
                .orElseThrow();
    assertThat(late.history()).extracting(EpochFigures::epoch).containsExactly(3);
    assertThat(late.epoch()).isEqualTo(4);
  }

  @Test
  void refusesSettingsThatMeanNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EarlyStopping.on("loss", 0))
        .withMessage("patience must be at least 1 epoch, but is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EarlyStopping.on("loss", 1).withMinDelta(-1))
        .withMessage("minDelta must be at least 0, but is -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NonFinitePolicy.skip(0))
        .withMessage("the limit of SKIP must be at least 1, but is 0");
  }

  private Verdict end(FitDecisions decisions, double figure) {
    FigureSums validation = new FigureSums();
    validation.add("accuracy", figure, 1);
    validation.add("loss", figure, 1);
    FigureSums training = new FigureSums();
    training.add(EpochVote.LOSS, 1, 1);
    ByteBuffer vote = new EpochVote(training, validation, new FigureSums(), 0).toBytes();
    return Verdict.of(decisions.decide(EpochVote.ballot(epoch++), Map.of(0, vote)).orElseThrow());
  }

  private static FitDecisions decisions(EarlyStopping stopping) {
    return new FitDecisions(FitCare.DEFAULT.with(stopping), START, List.of());
  }

  private static ByteBuffer vote(
      double lossSum, double losses, double right, double rows, long skipped) {
    FigureSums training = new FigureSums();
    training.add(EpochVote.LOSS, lossSum, losses);
    FigureSums validation = new FigureSums();
    validation.add("accuracy", right, rows);
    return new EpochVote(training, validation, new FigureSums(), skipped).toBytes();
  }

  private static PartFile part(int rank) {
    return new PartFile(PartFile.nameOf(rank), rank, 99, "0123456789abcdef".repeat(4));
  }

  private static ByteBuffer parts(PartFile... parts) {
    return new CheckpointVote(List.of(parts)).toBytes();
  }

  private static Map<Integer, ByteBuffer> votes(ByteBuffer... votes) {
    Map<Integer, ByteBuffer> byRank = new TreeMap<>();
    for (int rank = 0; rank < votes.length; rank++) {
      byRank.put(rank, votes[rank]);
    }
    return byRank;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.sparkstrom.sharing.cost.ModeChoice;
import org.sparkstrom.sharing.membership.Arbiter;
import org.sparkstrom.sharing.membership.SharingAbortedException;
import org.sparkstrom.spark.checkpoint.PartFile;
import org.sparkstrom.spark.evaluation.EpochFigures;
import org.sparkstrom.spark.evaluation.FigureSums;
import org.sparkstrom.spark.training.EpochVote.Verdict;

/**
 * The driver's decisions at the ends of epochs, made from what all living workers have measured,
 * and its notes of what has been decided.
 *
 * <p>Workers' threads of the coordinator decide; the thread that fits takes the notes. Thread-safe.
 */
final class FitDecisions implements Arbiter {
  private final FitCare care;
  private final long roundsPerEpoch;
  private final int firstEpoch; // that of the first figures
  private final List<EpochFigures> history = new ArrayList<>();
  private final Queue<Note> notes = new ConcurrentLinkedQueue<>();
  private double bestScore = Double.NaN;
  private int bestEpoch = -1;
  private boolean targetReached;
  private int restores;
  private List<ModeChoice> modeChoices = List.of();

  /**
   * Goes on after some epochs.
   *
   * @param start where the fit starts
   * @param past the epochs that led there, as far as they were measured
   */
  FitDecisions(FitCare care, TrainingPlace start, List<EpochFigures> past) {
    this.care = care;
    this.roundsPerEpoch = start.roundsPerEpoch();
    this.firstEpoch = start.epoch() - past.size();
    past.forEach(this::learn);
  }

  /** What the thread that fits has to know or to do. */
  sealed interface Note {}

  /**
   * An epoch is over.
   *
   * @param blocks how the blocks of the update were shared
   * @param verdict what the workers do now
   * @param skippedRounds rounds to which some worker had nothing finite to add
   */
  record EpochOver(
      EpochFigures figures, List<BlockFigures> blocks, Verdict verdict, long skippedRounds)
      implements Note {}

  /**
   * All members have written their parts of a checkpoint.
   *
   * @param epoch epochs of the network before it
   * @param round rounds of the network before it
   * @param parts empty if it is not to be completed
   * @param history the epochs before it
   * @param score of the last of them; NaN if unknown or if the checkpoint is within an epoch
   */
  record PartsWritten(
      int epoch, long round, List<PartFile> parts, List<EpochFigures> history, double score)
      implements Note {}

  /** The workers have chosen how they share their updates. */
  record ModeChosen(ModeChoice choice) implements Note {}

  /** True if early stopping has ended the fit already, in the epochs before it was resumed. */
  synchronized boolean hasEnded() {
    return targetReached
        || (care.earlyStopping().isOn()
            && !history.isEmpty()
            && history.size() - 1 - bestEpoch >= care.earlyStopping().patience());
  }

  /** The next note, if there is one. */
  Optional<Note> poll() {
    return Optional.ofNullable(notes.poll());
  }

  /** All completed epochs so far. */
  synchronized List<EpochFigures> history() {
    return List.copyOf(history);
  }

  /** What the workers have chosen with the quantizer AUTO; none unless they have. */
  synchronized List<ModeChoice> modeChoices() {
    return modeChoices;
  }

  @Override
  public synchronized Optional<ByteBuffer> decide(String ballot, Map<Integer, ByteBuffer> votes) {
    if (ballot.equals(ModeReport.BALLOT)) {
      noteMode(votes);
      return Optional.empty();
    }
    if (CheckpointVote.isBallot(ballot)) {
      noteParts(ballot, votes);
      return Optional.empty();
    }
    FigureSums training = new FigureSums();
    FigureSums validation = new FigureSums();
    FigureSums blocks = new FigureSums();
    long skipped = 0;
    for (ByteBuffer content : votes.values()) {
      EpochVote vote = EpochVote.of(content);
      training.add(vote.training());
      validation.add(vote.validation());
      blocks.add(vote.blocks());
      skipped += vote.skippedRounds();
    }
    boolean undone = skipped > 0 && care.nonFinite().action() == NonFinitePolicy.Action.RESTORE;
    EpochFigures figures =
        new EpochFigures(
            firstEpoch + history.size(),
            training.figures().getOrDefault(EpochVote.LOSS, Double.NaN),
            undone ? Map.of() : validation.figures());
    boolean best = learn(figures);
    Verdict verdict = undone ? restore(figures) : verdict(best);
    notes.add(new EpochOver(figures, BlockReport.read(blocks), verdict, skipped));
    return Optional.of(verdict.toBytes());
  }

  /** Takes note of an epoch; true if it is the best so far. */
  private boolean learn(EpochFigures figures) {
    history.add(figures);
    EarlyStopping stopping = care.earlyStopping();
    if (!stopping.isOn()) {
      return false;
    }
    double score = score(figures);
    boolean reached = stopping.isReached(score);
    boolean better = (reached && !targetReached) || stopping.isBetter(score, bestScore);
    targetReached |= reached;
    if (better) {
      bestScore = score;
      bestEpoch = history.size() - 1;
    }
    return better;
  }

  private double score(EpochFigures figures) {
    EarlyStopping stopping = care.earlyStopping();
    String metric = stopping.isOn() ? stopping.metric() : EpochVote.LOSS;
    EarlyStopping scorer = stopping.isOn() ? stopping : EarlyStopping.on(metric, 1);
    return scorer.score(figures.validation().getOrDefault(metric, Double.NaN));
  }

  private Verdict verdict(boolean best) {
    if (best) {
      return targetReached ? Verdict.STOP_WITH_BEST : Verdict.GO_ON_WITH_BEST;
    }
    return hasEnded() ? Verdict.STOP : Verdict.GO_ON;
  }

  private Verdict restore(EpochFigures figures) {
    restores++;
    if (restores > care.nonFinite().limit()) {
      throw new SharingAbortedException(
          "training has diverged in epoch %d for the %dth time, and may be restored %d times; %s"
              .formatted(
                  figures.epoch(), restores, care.nonFinite().limit(), FiniteCheck.REMEDIES));
    }
    return Verdict.RESTORE;
  }

  private void noteMode(Map<Integer, ByteBuffer> votes) {
    boolean known = !modeChoices.isEmpty(); // the ballot is opened again once it is forgotten
    modeChoices = votes.values().stream().map(ModeReport::of).distinct().toList();
    if (modeChoices.size() > 1) {
      throw new SharingAbortedException(
          "all workers must choose the same way of sharing, but have chosen "
              + modeChoices
              + "; do all executors have the same jars?");
    }
    if (!known) {
      notes.add(new ModeChosen(modeChoices.get(0)));
    }
  }

  private void noteParts(String ballot, Map<Integer, ByteBuffer> votes) {
    List<PartFile> parts = new ArrayList<>();
    boolean whole = true;
    for (ByteBuffer content : votes.values()) {
      CheckpointVote vote = CheckpointVote.of(content);
      whole &= !vote.parts().isEmpty();
      parts.addAll(vote.parts());
    }
    whole &= parts.stream().filter(part -> part.rank() == PartFile.COMMON).count() == 1;
    long[] place = CheckpointVote.placeIn(ballot);
    int epochs = (int) place[0];
    int measured = Math.min(epochs - firstEpoch, history.size());
    List<EpochFigures> past = List.copyOf(history.subList(0, measured));
    boolean atEpochsEnd = !past.isEmpty() && place[1] == epochs * roundsPerEpoch;
    notes.add(
        new PartsWritten(
            epochs,
            place[1],
            whole ? parts : List.of(),
            past,
            atEpochsEnd ? score(past.get(past.size() - 1)) : Double.NaN));
  }
}

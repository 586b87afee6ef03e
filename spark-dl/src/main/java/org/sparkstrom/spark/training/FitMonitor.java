// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.sharing.membership.Coordinator;
import org.sparkstrom.sharing.membership.Member;
import org.sparkstrom.sharing.membership.MembershipEvent;
import org.sparkstrom.sharing.membership.MembershipState;
import org.sparkstrom.spark.training.TrainingEvent.EpochOutcome;

/**
 * Looks after a running fit from the driver: turns what workers report and what was decided into
 * events, and completes checkpoints.
 *
 * <p>Used by the thread that fits, which lends it a turn a few times a second.
 */
final class FitMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(FitMonitor.class);

  private final Coordinator coordinator;
  private final FitDecisions decisions;
  private final Optional<CheckpointKeeper> checkpoints;
  private final TrainingListeners listeners;
  private final int epochs;
  private final long parameters;
  private final long startNs = System.nanoTime();

  private int eventsTold;

  FitMonitor(
      Coordinator coordinator,
      FitDecisions decisions,
      Optional<CheckpointKeeper> checkpoints,
      TrainingListeners listeners,
      int epochs,
      long parameters) {
    this.coordinator = coordinator;
    this.decisions = decisions;
    this.checkpoints = checkpoints;
    this.listeners = listeners;
    this.epochs = epochs;
    this.parameters = parameters;
  }

  /** One turn. Of whoever has come to the running fit this is told before any progress with it. */
  void turn() {
    MembershipState membership = coordinator.membership();
    tellEvents(membership.events());
    takeNotes();
    listeners.tell(
        new TrainingEvent.RoundProgress(
            TrainingProgress.of(membership, epochs, parameters, elapsed())));
  }

  /** The last turn, after all workers have completed. */
  void finish() {
    tellEvents(coordinator.membership().events());
    takeNotes();
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNs);
  }

  private void tellEvents(List<MembershipEvent> events) {
    while (eventsTold < events.size()) {
      MembershipEvent event = events.get(eventsTold++);
      Member member = event.member();
      listeners.tell(
          switch (event.kind()) {
            case LOST -> new TrainingEvent.WorkerLost(member.rank(), event.toString());
            case JOINED -> new TrainingEvent.WorkerJoined(member.rank(), member.label());
          });
    }
  }

  private void takeNotes() {
    for (Optional<FitDecisions.Note> note = decisions.poll();
        note.isPresent();
        note = decisions.poll()) {
      if (note.get() instanceof FitDecisions.EpochOver over) {
        listeners.tell(
            new TrainingEvent.EpochEnded(
                over.figures(),
                over.blocks(),
                outcome(over.verdict()),
                over.skippedRounds(),
                elapsed()));
      } else if (note.get() instanceof FitDecisions.ModeChosen chosen) {
        LOG.info("the quantizer AUTO has chosen {}", chosen.choice().describe());
        listeners.tell(new TrainingEvent.SharingModeChosen(chosen.choice()));
      } else if (note.get() instanceof FitDecisions.PartsWritten written) {
        checkpoints
            .flatMap(keeper -> keeper.complete(written))
            .ifPresent(
                done ->
                    listeners.tell(
                        new TrainingEvent.CheckpointWritten(
                            done.path().toString(),
                            written.epoch(),
                            written.round(),
                            done.lengthBytes())));
      }
    }
  }

  private static EpochOutcome outcome(EpochVote.Verdict verdict) {
    return switch (verdict) {
      case GO_ON -> EpochOutcome.GOES_ON;
      case GO_ON_WITH_BEST -> EpochOutcome.BEST_SO_FAR;
      case STOP -> EpochOutcome.STOPPED_EARLY;
      case STOP_WITH_BEST -> EpochOutcome.TARGET_REACHED;
      case RESTORE -> EpochOutcome.UNDONE;
    };
  }
}

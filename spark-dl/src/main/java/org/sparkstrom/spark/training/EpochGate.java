// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.Optional;
import org.sparkstrom.spark.evaluation.FigureSums;
import org.sparkstrom.spark.training.EpochVote.Verdict;

/**
 * The end of an epoch on one worker: it measures, tells the driver, and does what all are told to.
 *
 * <p>All workers pass the gate of an epoch, also one that joins exactly there; who comes late gets
 * the verdict that stands. Not thread-safe.
 */
final class EpochGate {
  private final FitCare care;
  private final Replica replica;
  private final GuardedExchange exchange;
  private final KeptStates kept;
  private final Voter voter;
  private final Validation validation;

  EpochGate(FitCare care, WorkerParts parts, Voter voter) {
    this.care = care;
    this.replica = parts.replica();
    this.exchange = parts.exchange();
    this.kept = parts.kept();
    this.validation = parts.validation();
    this.voter = voter;
  }

  /** Keeps what may have to be gone back to; before the first round of an epoch. */
  void enterEpoch(TrainingPlace place) {
    exchange.startEpoch();
    if (care.nonFinite().action() == NonFinitePolicy.Action.RESTORE) {
      kept.keepGood(replica.state(place), exchange.save());
    }
  }

  /**
   * Ends an epoch.
   *
   * @param place after its last round
   * @param training what this worker has learned of its batches
   * @return false if the fit is to end
   */
  boolean pass(TrainingPlace place, FigureSums training) {
    if (validation != Validation.NONE || isCheckpointDue(place)) {
      replica.settle(exchange);
    }
    int epoch = place.epoch() - 1;
    EpochVote vote =
        new EpochVote(
            training,
            validation.measure(),
            BlockReport.of(replica.blockNames(), exchange.metrics().blocks()),
            exchange.skippedInEpoch());
    Verdict verdict = Verdict.of(voter.decide(EpochVote.ballot(epoch), vote.toBytes()));
    switch (verdict) {
      case GO_ON_WITH_BEST, STOP_WITH_BEST -> kept.keepBest(replica.state(place));
      case RESTORE -> goBack();
      case GO_ON, STOP -> {}
    }
    return !verdict.ends();
  }

  private boolean isCheckpointDue(TrainingPlace place) {
    return care.checkpoints().isDueAfterEpoch(place.epoch());
  }

  /** Undoes the epoch; how far the network has trained stays, so that the fit comes to its end. */
  private void goBack() {
    KeptStates.Good good =
        kept.good().orElseThrow(() -> new IllegalStateException("no state is kept to go back to"));
    replica.restore(good.state());
    exchange.restore(good.exchange());
  }

  /** Makes the replica that of the best epoch, if epochs are compared; after the last round. */
  void leave() {
    if (care.earlyStopping().isOn()) {
      kept.best()
          .ifPresent(
              best -> {
                replica.restore(best);
                replica.goOn(best.place(), Optional.empty());
              });
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.util.Optional;
import java.util.function.Consumer;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.sparkstrom.sharing.membership.MemberProgress;
import org.sparkstrom.sharing.round.ExchangeCounters;
import org.sparkstrom.spark.data.BatchPlan;
import org.sparkstrom.spark.data.BatchReader;
import org.sparkstrom.spark.data.EpochOrder;
import org.sparkstrom.spark.evaluation.FigureSums;

/**
 * The epochs and rounds of one worker.
 *
 * <p>All workers run the same number of rounds: as many as the one with the most rows needs,
 * whoever is in the view. The others go on from the start of their order (WRAP); one without any
 * row only takes part in the sharing. A worker that has joined a running fit begins where the
 * others are, with its batches where its updater is; one of a fit that is resumed where its
 * checkpoint was.
 */
final class EpochLoop {

  private final WorkerParts parts;
  private final Replica replica;
  private final GuardedExchange exchange;
  private final int rank;
  private final FitContext fit;
  private final TrainingConfig config;
  private final EpochGate gate;
  private final Optional<WorkerCheckpoints> checkpoints;
  private final Consumer<MemberProgress> progress;
  private long nextBatch; // round of the fit whose batch the reader gives next
  private long rowsTrained;

  EpochLoop(
      WorkerParts parts,
      int rank,
      FitContext fit,
      EpochGate gate,
      Optional<WorkerCheckpoints> checkpoints,
      Consumer<MemberProgress> progress) {
    this.parts = parts;
    this.replica = parts.replica();
    this.exchange = parts.exchange();
    this.rank = rank;
    this.fit = fit;
    this.config = fit.config();
    this.gate = gate;
    this.checkpoints = checkpoints;
    this.progress = progress;
  }

  /** How a worker comes into the fit. */
  enum Entry {
    /** With all others, at its start. */
    START,
    /** While the others train. */
    JOIN
  }

  /**
   * Trains to the end of the fit.
   *
   * @return rows trained on, counted once per use
   */
  long run(Entry entry) {
    if (parts.store().rowCount() == 0) {
      return run(entry, Optional.empty());
    }
    try (BatchReader batches = new BatchReader(parts.store(), plan())) {
      return run(entry, Optional.of(batches));
    }
  }

  private BatchPlan plan() {
    return new BatchPlan(
        fit.rows().format(),
        BatchPlan.Order.SHUFFLED,
        config.seed(),
        rank,
        config.batchSize(),
        fit.rows().perEpoch());
  }

  private long run(Entry entry, Optional<BatchReader> batches) {
    TrainingPlace place = fit.start();
    long lastRound = Math.max(place.round(), fit.lastEpoch() * place.roundsPerEpoch());
    long steps = exchange.catchUp();
    boolean goesOn = !fit.care().endsAtOnce();
    if (entry == Entry.JOIN) {
      place = place.at(Math.min(place.round() + steps - resumedInFlight(), lastRound));
      replica.goOn(place, exchange.parameters());
      boolean atGate = place.roundOfEpoch() == 0 && place.round() > fit.start().round();
      goesOn = goesOn && (!atGate || gate.pass(place, new FigureSums()));
    } else {
      checkpoints.ifPresent(WorkerCheckpoints::resume);
    }
    while (goesOn && place.round() < lastRound) {
      gate.enterEpoch(place);
      FigureSums training = runEpoch(place, batches);
      place = place.at((place.epoch() + 1) * place.roundsPerEpoch());
      goesOn = gate.pass(place, training);
      replica.endEpoch();
      TrainingPlace reached = place;
      checkpoints.ifPresent(all -> all.afterEpoch(reached));
    }
    replica.drain();
    gate.leave();
    checkpoints.ifPresent(WorkerCheckpoints::finish);
    return rowsTrained;
  }

  /** Steps that were in flight in the checkpoint: the exchange counts them, but no replica does. */
  private int resumedInFlight() {
    return fit.care().resume().isPresent() ? config.synchrony().roundsInFlight() : 0;
  }

  /** The rounds of an epoch from a place in it on; returns the losses of this worker's batches. */
  private FigureSums runEpoch(TrainingPlace from, Optional<BatchReader> batches) {
    int epoch = from.epoch();
    FigureSums training = new FigureSums();
    parts.listeners().onEpochStart();
    for (long round = from.roundOfEpoch(); round < from.roundsPerEpoch(); round++) {
      TrainingPlace place = from.at(epoch * from.roundsPerEpoch() + round);
      parts.listeners().beforeRound();
      replica.startRound(EpochOrder.randomSeed(config.seed(), rank, epoch, round));
      if (batches.isEmpty() || exchange.isEpochLost() || replica.hasUpdaterAhead()) {
        exchange.startRound(place, GuardedExchange.NO_SCORE);
        replica.stepWithoutRows();
      } else {
        step(batches.get(), place, training);
      }
      report(epoch, training.figures().getOrDefault(EpochVote.LOSS, Double.NaN));
      TrainingPlace reached = place.at(place.round() + 1);
      checkpoints.ifPresent(all -> all.afterRound(reached));
    }
    parts.listeners().onEpochEnd();
    return training;
  }

  private void step(BatchReader batches, TrainingPlace place, FigureSums training) {
    if (place.round() != nextBatch) {
      batches.seek(place.epoch(), place.roundOfEpoch());
    }
    nextBatch = place.round() + 1;
    exchange.startRound(place, replica::score);
    MultiDataSet batch = batches.next();
    double loss = replica.step(batch);
    rowsTrained += batch.getFeatures(0).size(0);
    if (exchange.skippedLast()) {
      replica.repairUpdater();
    } else {
      training.add(EpochVote.LOSS, loss, 1);
    }
  }

  private void report(int epoch, double loss) {
    ExchangeCounters counters = exchange.counters();
    progress.accept(
        new MemberProgress(
            rank,
            counters.rounds(),
            epoch,
            loss,
            rowsTrained,
            counters.bytesSent(),
            counters.denseBytes(),
            counters.nonZeros()));
  }
}

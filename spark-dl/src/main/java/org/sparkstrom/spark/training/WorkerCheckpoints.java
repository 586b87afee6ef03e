// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sparkstrom.sharing.round.ExchangeState;
import org.sparkstrom.spark.checkpoint.CheckpointConfig;
import org.sparkstrom.spark.checkpoint.CheckpointDirectory;
import org.sparkstrom.spark.checkpoint.CheckpointPart;
import org.sparkstrom.spark.checkpoint.CheckpointWriter;
import org.sparkstrom.spark.checkpoint.PartFile;

/**
 * One worker's share of the fit's checkpoints: writes its parts, and restores it from them.
 *
 * <p>What all replicas have in common is written once, by the worker of the lowest rank; updater
 * state, residual and payloads in flight are each worker's own. The state is copied between two
 * rounds and written while the next ones run. Not thread-safe.
 */
final class WorkerCheckpoints implements AutoCloseable {
  /** Sections of the part that all workers have in common. */
  static final String CONFIGURATION = "configuration";

  static final String STATE = "state";

  private static final String UPDATER = "updater";
  private static final String EXCHANGE = "exchange";
  private static final String OWN_EXCHANGE = "own exchange";
  private static final float[] NO_UPDATER = {};

  /** Round timeouts that a checkpoint may take at most. */
  private static final int WRITE_TIMEOUT_ROUNDS = 5;

  private final FitContext fit;
  private final CheckpointConfig config;
  private final int rank;
  private final WorkerParts parts;
  private final Voter voter;
  private final CheckpointDirectory directory;
  private final CheckpointWriter writer;

  private WorkerCheckpoints(
      FitContext fit, int rank, WorkerParts parts, Voter voter, CheckpointDirectory directory) {
    this.fit = fit;
    this.config = fit.config().care().checkpoints();
    this.rank = rank;
    this.parts = parts;
    this.voter = voter;
    this.directory = directory;
    Duration timeout = fit.config().roundTimeout().multipliedBy(WRITE_TIMEOUT_ROUNDS);
    this.writer = new CheckpointWriter(directory.files(), timeout);
  }

  /** The checkpoints of a worker, if the fit writes any. */
  static Optional<WorkerCheckpoints> open(
      FitContext fit, int rank, WorkerParts parts, Voter voter) {
    CheckpointConfig config = fit.config().care().checkpoints();
    return config.isOn()
        ? Optional.of(
            new WorkerCheckpoints(
                fit,
                rank,
                parts,
                voter,
                CheckpointDirectory.open(fit.care().hadoop().value(), config.directory())))
        : Optional.empty();
  }

  /** Goes on from the checkpoint that the fit resumes from; before the first round. */
  void resume() {
    ResumePoint point = fit.care().resume();
    if (!point.isPresent()) {
      return;
    }
    FileSystem files = directory.files();
    Path path = new Path(point.path());
    Optional<PartFile> own = point.parts().ofRank(rank);
    CheckpointPart part = own.orElseGet(point.parts()::ofAnyWorker).read(files, path);
    parts
        .replica()
        .restore(
            new TrainingState(
                fit.start(), fit.initial().value().parameters(), part.floats(UPDATER)));
    ExchangeState state = new ExchangeState(part.section(EXCHANGE), part.section(OWN_EXCHANGE));
    parts.exchange().restore(own.isPresent() ? state : state.forNewcomer());
    if (fit.config().care().earlyStopping().isOn()) {
      parts.kept().takeFrom(point.parts().common().read(files, path));
    }
  }

  /** Writes one if it is due within an epoch. */
  void afterRound(TrainingPlace place) {
    if (config.isDueInEpoch(place.roundOfEpoch(), place.roundsPerEpoch())
        && place.roundOfEpoch() > 0) {
      parts.replica().settle(parts.exchange());
      write(place);
    }
  }

  /** Writes one if it is due after so many epochs. */
  void afterEpoch(TrainingPlace place) {
    if (config.isDueAfterEpoch(place.epoch())) {
      write(place);
    }
  }

  private void write(TrainingPlace place) {
    String ballot = CheckpointVote.ballot(place.epoch(), place.round());
    if (parts.exchange().isEpochLost()) {
      voter.vote(ballot, new CheckpointVote(List.of()).toBytes());
      return;
    }
    TrainingState state = parts.replica().state(place);
    ExchangeState exchange = parts.exchange().save();
    Map<Integer, CheckpointPart> written = new LinkedHashMap<>();
    Map<String, ByteBuffer> own = new LinkedHashMap<>();
    own.put(UPDATER, CheckpointPart.bytes(state.updaterState()));
    own.put(EXCHANGE, exchange.common());
    own.put(OWN_EXCHANGE, exchange.own());
    written.put(rank, CheckpointPart.of(own));
    if (Collections.min(parts.exchange().ranks()) == rank) {
      written.put(PartFile.COMMON, common(place, state));
    }
    writer.write(
        directory.pathOf(place.epoch(), place.round(), fit.sessionId()),
        written,
        files -> voter.vote(ballot, new CheckpointVote(files).toBytes()));
  }

  private CheckpointPart common(TrainingPlace place, TrainingState state) {
    Map<String, ByteBuffer> common = new LinkedHashMap<>();
    common.put(CONFIGURATION, CheckpointPart.bytes(fit.initial().value().configurationJson()));
    common.put(STATE, new TrainingState(place, state.parameters(), NO_UPDATER).toBytes());
    parts.kept().putInto(common);
    return CheckpointPart.of(common);
  }

  /** Blocks until all is written. */
  void finish() {
    writer.await();
  }

  @Override
  public void close() {
    writer.close();
  }
}

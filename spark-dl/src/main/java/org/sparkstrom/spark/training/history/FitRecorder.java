// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training.history;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.sparkstrom.spark.training.BlockFigures;
import org.sparkstrom.spark.training.TrainingEvent;
import org.sparkstrom.spark.training.TrainingEvent.EpochOutcome;
import org.sparkstrom.spark.training.TrainingListener;
import org.sparkstrom.spark.training.TrainingProgress;
import org.sparkstrom.spark.training.WorkerProgress;
import org.sparkstrom.spark.training.history.FitHistory.HappeningKind;
import org.sparkstrom.spark.training.history.FitHistory.Phase;
import org.sparkstrom.spark.training.history.FitHistory.WorkerState;

/**
 * Records the course of a fit from its events, in a bounded number of figures.
 *
 * <p>At most {@value #MOST_POINTS} reports and as many epochs are kept beside the latest, {@value
 * #MOST_BLOCK_FIGURES} figures of layers, {@value #MOST_HAPPENINGS} happenings, and {@value
 * #MOST_TEXT_CHARS} characters of each text; what is left out follows from how much there was
 * alone.
 *
 * <p>Thread-safe: the fit's thread tells it of events, and others read the history meanwhile.
 */
public final class FitRecorder implements TrainingListener {
  /** Points of a curve that are kept, beside the latest. */
  public static final int MOST_POINTS = 1000;

  static final int MOST_BLOCK_FIGURES = 20_000;
  static final int MOST_HAPPENINGS = 200;
  static final int MOST_TEXT_CHARS = 2000;

  private record Report(
      double seconds,
      long round,
      double loss,
      long rows,
      long bytesSent,
      long denseBytes,
      double density) {}

  private final String name;
  private final InstantSource clock;
  private final long createdMs;
  private final Thinned<Report> reports = new Thinned<>(MOST_POINTS);
  private final Thinned<FitHistory.Epoch> epochs = new Thinned<>(MOST_POINTS);
  private final Map<Integer, FitHistory.Worker> workers = new TreeMap<>();
  private final Deque<FitHistory.Happening> happenings = new ArrayDeque<>();
  private Thinned<FitHistory.Sharing> blocks = new Thinned<>(2); // made anew for the network
  private List<String> blockNames = List.of();
  private FitHistory.Start start;
  private Phase phase = Phase.RUNNING;
  private long stageMs; // when the training stage began, by the clock
  private double seconds;
  private long lastRound = -1;
  private int epoch;
  private int lastEpoch;
  private String sharing = "";
  private int checkpoints;
  private String lastCheckpoint = "";
  private String failure = "";

  /** A recorder of one fit, which has a name for people. */
  public FitRecorder(String name) {
    this(name, InstantSource.system());
  }

  FitRecorder(String name, InstantSource clock) {
    this.name = brief(Objects.requireNonNull(name, "name"));
    this.clock = clock;
    this.createdMs = clock.millis();
    this.stageMs = createdMs;
    this.start = new FitHistory.Start(this.name, createdMs, 0, 0, 0, 0, "");
  }

  @Override
  public synchronized void onEvent(TrainingEvent event) {
    if (event instanceof TrainingEvent.Started started) {
      begin(started);
    } else if (event instanceof TrainingEvent.RoundProgress round) {
      follow(round.progress());
    } else if (event instanceof TrainingEvent.EpochEnded ended) {
      endEpoch(ended);
    } else if (event instanceof TrainingEvent.WorkerLost lost) {
      lose(lost);
    } else if (event instanceof TrainingEvent.WorkerJoined joined) {
      join(joined);
    } else if (event instanceof TrainingEvent.CheckpointWritten written) {
      keep(written);
    } else if (event instanceof TrainingEvent.SharingModeChosen chosen) {
      sharing = chosen.choice().describe();
      note(HappeningKind.MODE, "updates are shared as " + sharing);
    } else if (event instanceof TrainingEvent.Completed completed) {
      end(Phase.COMPLETED, Math.max(seconds, completed.result().fitSeconds()));
    } else if (event instanceof TrainingEvent.Failed failed) {
      failure = brief(String.valueOf(failed.failure().getMessage()));
      note(HappeningKind.FAILED, failure);
      end(Phase.FAILED, now());
    }
  }

  /** The course so far. */
  public synchronized FitHistory history() {
    return new FitHistory(
        start,
        new FitHistory.State(
            phase,
            rounded(seconds),
            epoch,
            lastEpoch,
            sharing,
            checkpoints,
            lastCheckpoint,
            failure),
        curves(),
        new FitHistory.Epochs(epochs.every(), epochs.items()),
        new FitHistory.Blocks(blocks.every(), blockNames, blocks.items()),
        List.copyOf(workers.values()),
        List.copyOf(happenings));
  }

  private FitHistory.Curves curves() {
    List<Report> kept = reports.items();
    return new FitHistory.Curves(
        reports.every(),
        column(kept, Report::seconds),
        column(kept, Report::round),
        column(kept, Report::loss),
        column(kept, Report::rows),
        column(kept, Report::bytesSent),
        column(kept, Report::denseBytes),
        column(kept, Report::density));
  }

  private static <V> List<V> column(List<Report> reports, Function<Report, V> value) {
    return reports.stream().map(value).toList();
  }

  private void begin(TrainingEvent.Started started) {
    start =
        new FitHistory.Start(
            name,
            createdMs,
            started.workers(),
            started.rows(),
            started.validationRows(),
            started.parameters(),
            started.resumedFrom().map(FitRecorder::brief).orElse(""));
    stageMs = clock.millis();
  }

  private void follow(TrainingProgress progress) {
    seconds = progress.elapsed().toNanos() * 1e-9;
    stageMs = clock.millis() - progress.elapsed().toMillis();
    epoch = Math.max(epoch, progress.epoch());
    lastEpoch = progress.epochs();
    for (WorkerProgress member : progress.members()) {
      FitHistory.Worker before = workers.get(member.rank());
      int losses = before == null ? 0 : before.losses();
      workers.put(
          member.rank(),
          new FitHistory.Worker(
              member.rank(),
              brief(member.label()),
              losses == 0 ? WorkerState.TRAINING : WorkerState.REPLACED,
              member.round(),
              member.rows(),
              losses));
    }
    if (progress.round() > 0 && progress.round() != lastRound) {
      lastRound = progress.round();
      reports.add(
          new Report(
              rounded(seconds),
              progress.round(),
              rounded(progress.loss()),
              progress.rows(),
              progress.bytesSent(),
              progress.denseBytes(),
              rounded(progress.density())));
    }
  }

  private void endEpoch(TrainingEvent.EpochEnded ended) {
    int number = ended.figures().epoch();
    epoch = Math.max(epoch, number + 1);
    seconds = Math.max(seconds, ended.elapsed().toNanos() * 1e-9);
    epochs.add(
        new FitHistory.Epoch(
            number, rounded(ended.figures().loss()), ended.figures().validation()));
    if (!ended.blocks().isEmpty()) {
      addBlocks(number, ended.blocks());
    }
    String which = "epoch " + (number + 1);
    if (ended.outcome() == EpochOutcome.UNDONE) {
      note(HappeningKind.RECOVERY, which + " was undone: an update was not finite");
    } else if (ended.skippedRounds() > 0) {
      note(
          HappeningKind.RECOVERY,
          which + ": " + ended.skippedRounds() + " updates were not finite and were skipped");
    }
    if (ended.outcome() == EpochOutcome.STOPPED_EARLY) {
      note(HappeningKind.STOPPED, "no better for too long: stops after " + which);
    } else if (ended.outcome() == EpochOutcome.TARGET_REACHED) {
      note(HappeningKind.STOPPED, "as good as it was to become: stops after " + which);
    }
  }

  private void addBlocks(int number, List<BlockFigures> figures) {
    List<String> names = figures.stream().map(BlockFigures::name).map(FitRecorder::brief).toList();
    if (!names.equals(blockNames)) {
      blockNames = names;
      int pairs = MOST_BLOCK_FIGURES / (4 * names.size());
      blocks = new Thinned<>(Math.max(2, Math.min(MOST_POINTS, 2 * pairs)));
    }
    blocks.add(
        new FitHistory.Sharing(
            number,
            figures.stream().map(block -> rounded(block.density())).toList(),
            figures.stream().map(block -> rounded(block.threshold())).toList()));
  }

  private void lose(TrainingEvent.WorkerLost lost) {
    FitHistory.Worker before = workers.get(lost.rank());
    workers.put(
        lost.rank(),
        new FitHistory.Worker(
            lost.rank(),
            before == null ? "" : before.label(),
            WorkerState.LOST,
            before == null ? 0 : before.round(),
            before == null ? 0 : before.rows(),
            before == null ? 1 : before.losses() + 1));
    note(HappeningKind.LOST, lost.reason());
  }

  private void join(TrainingEvent.WorkerJoined joined) {
    FitHistory.Worker before = workers.get(joined.rank());
    int losses = before == null ? 0 : before.losses();
    workers.put(
        joined.rank(),
        new FitHistory.Worker(
            joined.rank(),
            brief(joined.label()),
            losses == 0 ? WorkerState.TRAINING : WorkerState.REPLACED,
            before == null ? 0 : before.round(),
            0,
            losses));
    note(HappeningKind.JOINED, "worker " + joined.rank() + " has joined: " + joined.label());
  }

  private void keep(TrainingEvent.CheckpointWritten written) {
    checkpoints++;
    lastCheckpoint = brief(written.path());
    happenings.removeIf(happening -> happening.kind() == HappeningKind.CHECKPOINT);
    note(
        HappeningKind.CHECKPOINT,
        "checkpoint %d after epoch %d, round %d, %d bytes: %s"
            .formatted(
                checkpoints,
                written.epoch(),
                written.round(),
                written.lengthBytes(),
                written.path()));
  }

  private void end(Phase how, double atSeconds) {
    phase = how;
    seconds = atSeconds;
    if (how == Phase.COMPLETED) {
      workers.replaceAll(
          (rank, worker) ->
              worker.state() == WorkerState.LOST
                  ? worker
                  : new FitHistory.Worker(
                      rank,
                      worker.label(),
                      WorkerState.DONE,
                      worker.round(),
                      worker.rows(),
                      worker.losses()));
    }
  }

  private void note(HappeningKind kind, String text) {
    if (happenings.size() == MOST_HAPPENINGS) {
      happenings.removeFirst();
    }
    happenings.addLast(new FitHistory.Happening(rounded(now()), kind, brief(text)));
  }

  private double now() {
    return Math.max(0, clock.millis() - stageMs) * 1e-3;
  }

  /** To the digits of a float, which JSON then need not carry more of. */
  private static double rounded(double value) {
    return Double.parseDouble(Float.toString((float) value));
  }

  private static String brief(String text) {
    return text.length() <= MOST_TEXT_CHARS ? text : text.substring(0, MOST_TEXT_CHARS) + "…";
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.sparkstrom.spark.training.BlockFigures;
import org.sparkstrom.spark.training.TrainingEvent;
import org.sparkstrom.spark.training.TrainingListener;
import org.sparkstrom.spark.training.TrainingProgress;

/**
 * Writes the curves of fits for TensorBoard: for each fit an event file in a folder of its own,
 * which is a run for TensorBoard, under one on any Hadoop file system, which {@code tensorboard
 * --logdir} shows. The folder's name is the time in UTC and eight random digits.
 *
 * <p>By round of the fit, a few times a second at most: {@code train/loss}, {@code
 * train/rowsPerSecond}, {@code sharing/density}, {@code sharing/compression}, {@code
 * workers/alive}. By epoch: {@code epoch/loss}, {@code validation/NAME}, and of each layer {@code
 * density/LAYER} and {@code threshold/LAYER}. What is not a number is left out. A file that cannot
 * be written ends the fit, as the exception of any listener does. Not thread-safe: one for each fit
 * that runs at the same time.
 */
public final class TensorBoardEvents implements TrainingListener {
  private static final DateTimeFormatter START =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final int RANDOM_DIGITS = 8;

  private final Path folder;
  private final Configuration hadoop;
  private final Clock clock;
  private Optional<EventFile> file = Optional.empty();
  private long lastRound;

  /**
   * Writes to a folder, which is made with the first fit.
   *
   * @param folder on any Hadoop file system
   * @param hadoop how to reach it, such as {@code spark.sparkContext().hadoopConfiguration()}
   */
  public TensorBoardEvents(String folder, Configuration hadoop) {
    this(folder, hadoop, Clock.systemUTC());
  }

  TensorBoardEvents(String folder, Configuration hadoop, Clock clock) {
    this.folder = new Path(folder);
    this.hadoop = hadoop;
    this.clock = clock;
  }

  @Override
  public void onEvent(TrainingEvent event) {
    try {
      if (event instanceof TrainingEvent.Started) {
        close(); // of a fit whose end was not told
        lastRound = 0;
        file = Optional.of(open());
      } else if (event instanceof TrainingEvent.RoundProgress round) {
        long now = round.progress().round();
        if (now > 0 && now != lastRound) {
          write(round.progress());
        }
      } else if (event instanceof TrainingEvent.EpochEnded ended) {
        write(ended);
      } else if (event instanceof TrainingEvent.Completed
          || event instanceof TrainingEvent.Failed) {
        close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write events for TensorBoard to " + folder, e);
    }
  }

  private EventFile open() throws IOException {
    FileSystem files = folder.getFileSystem(hadoop);
    if (files instanceof ChecksumFileSystem checked) {
      files = checked.getRawFileSystem(); // TensorBoard would take .crc files for events
    }
    String id = UUID.randomUUID().toString();
    String run = START.format(clock.instant()) + "-" + id.substring(0, RANDOM_DIGITS);
    String name = "events.out.tfevents.%d.%s".formatted(clock.millis() / 1000, id);
    return new EventFile(files.create(new Path(new Path(folder, run), name), false), now());
  }

  private void close() throws IOException {
    if (file.isPresent()) {
      EventFile open = file.get();
      file = Optional.empty();
      open.close();
    }
  }

  private double now() {
    return clock.millis() / 1e3;
  }

  private void write(TrainingProgress progress) throws IOException {
    long round = progress.round();
    lastRound = round;
    scalar(round, "train/loss", progress.loss());
    scalar(round, "train/rowsPerSecond", progress.rowsPerSecond());
    scalar(round, "sharing/density", progress.density());
    scalar(round, "sharing/compression", progress.compression());
    scalar(round, "workers/alive", progress.attendance().alive());
    flush();
  }

  private void write(TrainingEvent.EpochEnded ended) throws IOException {
    int epoch = ended.figures().epoch() + 1;
    scalar(epoch, "epoch/loss", ended.figures().loss());
    for (var figure : ended.figures().validation().entrySet()) {
      scalar(epoch, "validation/" + figure.getKey(), figure.getValue());
    }
    for (BlockFigures block : ended.blocks()) {
      scalar(epoch, "density/" + block.name(), block.density());
      scalar(epoch, "threshold/" + block.name(), block.threshold());
    }
    flush();
  }

  private void scalar(long step, String tag, double value) throws IOException {
    if (file.isPresent() && Double.isFinite(value)) {
      file.get().scalar(now(), step, tag, value);
    }
  }

  private void flush() throws IOException {
    if (file.isPresent()) {
      file.get().flush();
    }
  }
}

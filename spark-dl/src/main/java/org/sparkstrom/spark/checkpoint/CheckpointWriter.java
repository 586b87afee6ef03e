// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.checkpoint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes one worker's parts on a thread of its own, so that training goes on meanwhile.
 *
 * <p>One checkpoint is written at a time: the next one waits for it, within a deadline. Used by the
 * worker's thread, which closes it.
 */
public final class CheckpointWriter implements AutoCloseable {
  private final FileSystem files;
  private final Duration timeout;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread daemon = new Thread(task, "sparkstrom-checkpoint-writer");
            daemon.setDaemon(true);
            return daemon;
          });
  private Future<?> underWay; // null before the first one
  private Path path;

  /**
   * A writer for one worker.
   *
   * @param files the file system of the checkpoints
   * @param timeout how long a checkpoint may take
   */
  public CheckpointWriter(FileSystem files, Duration timeout) {
    this.files = files;
    this.timeout = timeout;
  }

  /**
   * Starts to write; waits for the checkpoint before it.
   *
   * @param checkpoint its directory
   * @param parts by rank; must not change any more
   * @param whenDone told on the writer's thread what has been written
   * @throws CheckpointException if the one before could not be written in time
   */
  public void write(
      Path checkpoint, Map<Integer, CheckpointPart> parts, Consumer<List<PartFile>> whenDone) {
    await();
    path = checkpoint;
    underWay =
        thread.submit(
            () -> {
              List<PartFile> written = new ArrayList<>();
              parts.forEach(
                  (rank, part) -> written.add(PartFile.write(files, checkpoint, rank, part)));
              whenDone.accept(written);
            });
  }

  /**
   * Blocks until nothing is under way.
   *
   * @throws CheckpointException if it could not be written, or not in time
   */
  public void await() {
    if (underWay == null) {
      return;
    }
    try {
      underWay.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      underWay = null;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CheckpointException known
          ? known
          : new CheckpointException(
              "the checkpoint '%s' cannot be written: %s".formatted(path, e.getCause()),
              e.getCause());
    } catch (TimeoutException e) {
      throw new CheckpointException(
          "the checkpoint '%s' must be written within %s, but is not; is its file system overloaded?"
              .formatted(path, timeout),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CheckpointException(
          "interrupted while the checkpoint '%s' is written".formatted(path), e);
    }
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}

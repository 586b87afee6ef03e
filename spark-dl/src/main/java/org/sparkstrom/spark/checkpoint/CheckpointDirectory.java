// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.checkpoint;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one fit under a Hadoop path, as the driver sees them: lists, completes,
 * chooses and removes them.
 *
 * <p>A checkpoint is a directory of its own, which workers fill with parts; the manifest, written
 * last, completes it. What has no manifest is no checkpoint and is removed. All files are reached
 * through the one file system of the path. Not thread-safe.
 */
public final class CheckpointDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointDirectory.class);
  private static final Pattern NAME = Pattern.compile("checkpoint-\\d{5}-\\d{10}-[0-9a-f]{16}");

  private final Path directory;
  private final FileSystem files;

  private CheckpointDirectory(Path directory, FileSystem files) {
    this.directory = directory;
    this.files = files;
  }

  /**
   * The checkpoints under a path, which need not exist yet.
   *
   * @throws CheckpointException if its file system cannot be reached
   */
  public static CheckpointDirectory open(Configuration configuration, String directory) {
    Path path = new Path(directory);
    try {
      FileSystem files = path.getFileSystem(configuration);
      return new CheckpointDirectory(files.makeQualified(path), files);
    } catch (IOException | IllegalArgumentException e) {
      throw new CheckpointException(
          "the directory of checkpoints '%s' cannot be reached: %s".formatted(directory, e), e);
    }
  }

  /** The file system of the path. */
  public FileSystem files() {
    return files;
  }

  /**
   * Writes a file and deletes it, so that a fit ends before it starts, not with its first
   * checkpoint. The workers may still be unable to: they run elsewhere.
   *
   * @throws CheckpointException if that fails
   */
  public void requireWritable() {
    Path probe = new Path(directory, "writable");
    try {
      WholeFile.write(files, probe, out -> {});
    } catch (CheckpointException e) {
      throw new CheckpointException(
          "the directory of checkpoints must be writable, but is not: %s; let this user write there, or choose another one"
              .formatted(e.getMessage()),
          e);
    }
    WholeFile.delete(files, probe);
  }

  /** The directory of a checkpoint that a fit writes after so many epochs and rounds. */
  public Path pathOf(int epoch, long round, long sessionId) {
    String name =
        String.format(Locale.ROOT, "checkpoint-%05d-%010d-%016x", epoch, round, sessionId);
    return new Path(directory, name);
  }

  /**
   * The complete checkpoints, oldest first.
   *
   * @throws CheckpointException if a manifest is damaged
   */
  public List<Checkpoint> list() {
    List<Checkpoint> all = new ArrayList<>();
    for (Path path : paths()) {
      readManifest(path).ifPresent(manifest -> all.add(new Checkpoint(path, manifest)));
    }
    all.sort(Checkpoint.BY_AGE);
    return all;
  }

  /**
   * The checkpoint to go on from, whole and checked; empty to start anew.
   *
   * @param facts those of the fit that is about to start
   * @param explanation what more there is to say of a fact that differs
   * @throws CheckpointException if it is damaged, or of a fit with other facts; the message names
   *     the file, or what differs
   */
  public Optional<Checkpoint> choose(
      ResumePolicy policy, SortedMap<String, String> facts, Explanation explanation) {
    List<Path> newestFirst = new ArrayList<>(paths());
    newestFirst.sort(Comparator.comparing(Path::getName).reversed());
    for (Path path : newestFirst) {
      try {
        Optional<Manifest> manifest = readManifest(path);
        if (manifest.isPresent()) {
          return Optional.of(
              check(new Checkpoint(path, manifest.get()), policy, facts, explanation));
        }
      } catch (DamagedException e) {
        if (policy != ResumePolicy.LATEST_READABLE) {
          throw new CheckpointException(
              e.getMessage()
                  + ". Delete the checkpoint '%s' to resume from the one before it, or set the resume policy to LATEST_READABLE"
                      .formatted(path),
              e);
        }
        LOG.warn("{}; the checkpoint before it is tried", e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Puts a difference in words where a fact is only a hash. */
  @FunctionalInterface
  public interface Explanation {
    /** Nothing to add to the facts. */
    Explanation NONE = (checkpoint, fact) -> Optional.empty();

    /** What differs, in a few words; empty to show the fact itself. */
    Optional<String> of(Checkpoint checkpoint, String fact);
  }

  /** What is wrong with a checkpoint's bytes, as opposed to what is wrong with resuming from it. */
  private static final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedException(CheckpointException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private Checkpoint check(
      Checkpoint checkpoint,
      ResumePolicy policy,
      SortedMap<String, String> facts,
      Explanation explanation) {
    if (policy == ResumePolicy.NEVER) {
      throw new CheckpointException(
          "the directory of checkpoints must be empty where a fit does not resume, but '%s' has '%s'; resume from it (LATEST), or take another directory"
              .formatted(directory, checkpoint.path().getName()));
    }
    requireSameFacts(checkpoint, facts, explanation);
    try {
      checkpoint.verify(files);
    } catch (CheckpointException e) {
      throw new DamagedException(e);
    }
    return checkpoint;
  }

  private static void requireSameFacts(
      Checkpoint checkpoint, SortedMap<String, String> facts, Explanation explanation) {
    SortedMap<String, String> written = checkpoint.manifest().facts();
    SortedSet<String> names = new TreeSet<>(facts.keySet());
    names.addAll(written.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String here = facts.getOrDefault(name, "nothing");
      String there = written.getOrDefault(name, "nothing");
      if (!here.equals(there)) {
        differences.add(
            explanation
                .of(checkpoint, name)
                .map(words -> "%s: %s".formatted(name, words))
                .orElse("%s is %s here and %s there".formatted(name, here, there)));
      }
    }
    if (!differences.isEmpty()) {
      throw new CheckpointException(
          "a fit can only resume from a checkpoint of its own kind, but '%s' differs: %s. Fit as it was written, or take another directory"
              .formatted(checkpoint.path(), String.join("; ", differences)));
    }
  }

  /**
   * Completes a checkpoint whose parts have been written, and removes those that are no longer
   * kept.
   *
   * @param keep newest ones to keep, beside the best
   */
  public Checkpoint complete(Path path, Manifest manifest, int keep) {
    WholeFile.write(
        files, new Path(path, Manifest.FILE_NAME), out -> out.write(manifest.toBytes()));
    Checkpoint checkpoint = new Checkpoint(path, manifest);
    retain(keep);
    return checkpoint;
  }

  private void retain(int keep) {
    List<Checkpoint> all = list();
    Optional<Checkpoint> best =
        all.stream()
            .filter(c -> !Double.isNaN(c.manifest().score()))
            .max(
                Comparator.<Checkpoint>comparingDouble(c -> c.manifest().score())
                    .thenComparing(Checkpoint.BY_AGE.reversed()));
    for (Checkpoint old : all.subList(0, Math.max(0, all.size() - keep))) {
      if (!best.equals(Optional.of(old))) {
        // First the manifest, so that it is no checkpoint any more if the rest fails.
        WholeFile.delete(files, new Path(old.path(), Manifest.FILE_NAME));
        WholeFile.delete(files, old.path());
      }
    }
  }

  /** Removes what fits have left that ended while they wrote. */
  public void removeIncomplete() {
    for (Path path : paths()) {
      try {
        if (!files.exists(new Path(path, Manifest.FILE_NAME))) {
          WholeFile.delete(files, path);
        }
      } catch (IOException e) {
        LOG.warn("'{}' cannot be looked into: {}", path, e.toString());
      }
    }
  }

  /** The directories that look like checkpoints, complete or not. */
  private List<Path> paths() {
    try {
      List<Path> paths = new ArrayList<>();
      for (FileStatus status : files.listStatus(directory)) {
        if (status.isDirectory() && NAME.matcher(status.getPath().getName()).matches()) {
          paths.add(status.getPath());
        }
      }
      return paths;
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new CheckpointException(
          "the directory of checkpoints '%s' cannot be listed: %s".formatted(directory, e), e);
    }
  }

  private Optional<Manifest> readManifest(Path checkpoint) {
    Path path = new Path(checkpoint, Manifest.FILE_NAME);
    try {
      long length = files.getFileStatus(path).getLen();
      if (length > Manifest.MAX_BYTES) {
        throw new DamagedException(
            new CheckpointException(
                "'%s', the manifest of a checkpoint, must have at most %d bytes, but has %d"
                    .formatted(path, Manifest.MAX_BYTES, length)));
      }
      byte[] bytes = new byte[(int) length];
      try (FSDataInputStream in = files.open(path)) {
        in.readFully(0, bytes);
      }
      return Optional.of(Manifest.of(bytes, path.toString()));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (CheckpointException e) {
      throw new DamagedException(e);
    } catch (IOException e) {
      throw new DamagedException(
          new CheckpointException("'%s' cannot be read: %s".formatted(path, e), e));
    }
  }
}

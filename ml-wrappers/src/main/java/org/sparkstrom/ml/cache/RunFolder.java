// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Pipeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.datavec.column.StageMetadata;

/** The runs of a cache: for each a folder with its record and its pipeline. */
final class RunFolder {
  private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
  private static final Pattern ID = Pattern.compile("[0-9TZ]+-[0-9a-f]{8}");
  private static final String RECORD = "run.json";
  private static final String PIPELINE = "pipeline";

  private final EntryStore store;
  private final Path root;

  RunFolder(EntryStore store) {
    this.store = store;
    this.root = new Path(store.root(), "runs");
  }

  /** Saves a run, whole or not at all. */
  void save(RunRecord run, Pipeline pipeline) {
    Path part = store.newPart();
    boolean moved = false;
    try {
      pipeline.write().save(new Path(part, PIPELINE).toString());
      store.write(new Path(part, RECORD), run.toJson());
      store.move(part, path(run.id()));
      moved = true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot save run " + run.id() + " in '" + root + "'", e);
    } finally {
      if (!moved) {
        store.discard(part);
      }
    }
  }

  /**
   * The record of a run.
   *
   * @throws IllegalArgumentException if there is no such run
   */
  RunRecord record(String id) {
    Path file = new Path(path(id), RECORD);
    try {
      return RunRecord.fromJson(store.text(file), file.toString());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "a run must be one of those in '%s', but %s cannot be read; ask runs() for those that are there"
              .formatted(root, id),
          e);
    }
  }

  /** The pipeline of a run, not fitted. */
  Pipeline pipeline(String id, SparkContext context) {
    return StageMetadata.loadAny(new Path(path(id), PIPELINE).toString(), context, Pipeline.class);
  }

  /** All runs that can be read, in the order of their ids, which is that of their beginnings. */
  List<RunRecord> all() {
    List<RunRecord> runs = new ArrayList<>();
    for (FileStatus folder : folders()) {
      try {
        runs.add(record(folder.getPath().getName()));
      } catch (IllegalArgumentException e) {
        LOG.warn("'{}' is left out, as it cannot be read", folder.getPath(), e);
      }
    }
    return runs;
  }

  /** The folders of runs, sorted. */
  List<FileStatus> folders() {
    return store.list(root).stream()
        .filter(folder -> ID.matcher(folder.getPath().getName()).matches())
        .sorted(Comparator.comparing(folder -> folder.getPath().getName()))
        .toList();
  }

  private Path path(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "the id of a run must be like 20260131T120000Z-0a1b2c3d, but is '" + id + "'");
    }
    return new Path(root, id);
  }
}

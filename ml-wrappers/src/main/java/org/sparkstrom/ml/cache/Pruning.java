// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.util.HashSet;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** Deletes what is old from a cache; the only place where a cache deletes what is complete. */
final class Pruning {
  private final EntryStore store;
  private final RunFolder runs;
  private final long limitMs;

  /** Deletes what was made before this time, in milliseconds since 1970. */
  Pruning(EntryStore store, RunFolder runs, long limitMs) {
    this.store = store;
    this.runs = runs;
    this.limitMs = limitMs;
  }

  /** Deletes, and counts what was deleted. */
  Pruned prune() {
    int oldRuns = 0;
    for (FileStatus folder : runs.folders()) {
      oldRuns += deleteIfOld(folder);
    }
    Set<String> used = new HashSet<>();
    runs.all().forEach(run -> run.stages().forEach(s -> used.add(s.key() + "/" + s.entry())));
    int parts = 0;
    for (FileStatus status : store.list(store.root())) {
      if (status.getPath().getName().startsWith(EntryStore.PART)) {
        parts += deleteIfOld(status);
      }
    }
    return new Pruned(
        oldRuns, entries(EntryKind.MODEL, used), entries(EntryKind.ROWS, used), parts);
  }

  private int entries(EntryKind kind, Set<String> used) {
    int deleted = 0;
    for (FileStatus key : store.list(new Path(store.root(), kind.folder()))) {
      for (FileStatus entry : store.list(key.getPath())) {
        String name = key.getPath().getName() + "/" + entry.getPath().getName();
        if (!used.contains(name)) {
          deleted += deleteIfOld(entry);
        }
      }
      if (store.list(key.getPath()).isEmpty() && key.getModificationTime() < limitMs) {
        store.delete(key.getPath());
      }
    }
    return deleted;
  }

  private int deleteIfOld(FileStatus status) {
    if (status.getModificationTime() >= limitMs) {
      return 0;
    }
    store.delete(status.getPath());
    return 1;
  }
}

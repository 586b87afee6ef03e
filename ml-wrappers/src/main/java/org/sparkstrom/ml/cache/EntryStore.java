// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.util.MLWritable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries of a cache as folders on a Hadoop file system.
 *
 * <p>An entry is saved under a temporary name, gets its manifest, and is then renamed to a name
 * that no other has, so runs that make the same entry at once have one each and disturb nobody. A
 * reader compares the files with the manifest, so that a folder that was only half renamed, as
 * where renaming is copying, or was damaged, counts for nothing. Thread-safe.
 */
final class EntryStore {
  private static final Logger LOG = LoggerFactory.getLogger(EntryStore.class);
  static final String PART = ".part-";
  private static final String MANIFEST = "entry.json";
  private static final String SAVED = "saved";

  private final Path root;
  private final FileSystem files;

  EntryStore(String root, Configuration hadoop) {
    this.root = new Path(root);
    try {
      this.files = this.root.getFileSystem(hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot reach '" + root + "'", e);
    }
  }

  /** Saves something to a path that is not there. */
  @FunctionalInterface
  interface Saver {
    void save(String path) throws IOException;
  }

  /** The newest undamaged entry of a key; of damaged ones a warning is logged. */
  Optional<Entry> find(EntryKind kind, String key) {
    Path folder = new Path(root, kind.folder() + "/" + key);
    List<FileStatus> found = new ArrayList<>(list(folder));
    found.removeIf(status -> status.getPath().getName().startsWith("."));
    found.sort(Comparator.comparing(FileStatus::getModificationTime).reversed());
    for (FileStatus status : found) {
      try {
        return Optional.of(read(kind, key, status.getPath().getName()));
      } catch (IOException | IllegalArgumentException e) {
        LOG.warn("'{}' is not used, as it is damaged: {}", status.getPath(), e.getMessage());
      }
    }
    return Optional.empty();
  }

  /**
   * The entry of this name, after its files were compared with its manifest.
   *
   * @throws IllegalArgumentException if it is damaged
   */
  Entry read(EntryKind kind, String key, String name) throws IOException {
    Path folder = new Path(root, Entry.place(kind, key, name));
    Entry entry = Entry.fromJson(text(new Path(folder, MANIFEST)));
    if (!entry.place().equals(Entry.place(kind, key, name))) {
      throw new IllegalArgumentException("its manifest is of " + entry.place());
    }
    SortedMap<String, SavedFolder.FileFacts> actual = facts(kind, new Path(folder, SAVED));
    for (Map.Entry<String, SavedFolder.FileFacts> file : entry.files().entrySet()) {
      if (!file.getValue().equals(actual.get(file.getKey()))) {
        throw new IllegalArgumentException(
            "%s must be %s, but is %s"
                .formatted(file.getKey(), file.getValue(), actual.get(file.getKey())));
      }
    }
    return entry;
  }

  private SortedMap<String, SavedFolder.FileFacts> facts(EntryKind kind, Path saved)
      throws IOException {
    SavedFolder folder = new SavedFolder(files, saved);
    return kind == EntryKind.MODEL ? folder.hashed() : folder.measured();
  }

  /** Where the entry's model or rows lie. */
  String saved(Entry entry) {
    return new Path(root, entry.place() + "/" + SAVED).toString();
  }

  /** Saves an entry, whole or not at all. */
  Entry commit(EntryKind kind, String key, String run, Saver saver) {
    Path part = newPart();
    boolean moved = false;
    try {
      Path saved = new Path(part, SAVED);
      saver.save(saved.toString());
      String content = kind == EntryKind.MODEL ? new SavedFolder(files, saved).content() : "";
      String name = UUID.randomUUID().toString();
      Entry entry = new Entry(Entry.FORMAT, kind, key, name, run, content, facts(kind, saved));
      write(new Path(part, MANIFEST), entry.toJson());
      move(part, new Path(root, entry.place()));
      moved = true;
      return entry;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep an entry in '" + root + "'", e);
    } finally {
      if (!moved) {
        discard(part);
      }
    }
  }

  /** The hash of what saving this writes; keeps nothing. */
  String contentOf(MLWritable stage) {
    Path part = newPart();
    try {
      stage.write().save(part.toString());
      return new SavedFolder(files, part).content();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot save a stage to '" + part + "'", e);
    } finally {
      discard(part);
    }
  }

  /** A name that no other has, for what is being saved. */
  Path newPart() {
    return new Path(root, PART + UUID.randomUUID());
  }

  /** Deletes what was not completed; what cannot be deleted stays for pruning. */
  void discard(Path part) {
    try {
      files.delete(part, true);
    } catch (IOException e) {
      LOG.warn("'{}' is left over, as it cannot be deleted", part, e);
    }
  }

  /** Moves a folder to a name that is not taken. */
  void move(Path part, Path target) throws IOException {
    files.mkdirs(target.getParent());
    if (!files.rename(part, target)) {
      throw new IOException("the file system does not rename '%s' to '%s'".formatted(part, target));
    }
  }

  void write(Path file, String text) throws IOException {
    try (OutputStream out = files.create(file, false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  String text(Path file) throws IOException {
    try (InputStream in = files.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** What a folder has; nothing if it is not there. */
  List<FileStatus> list(Path folder) {
    try {
      return files.exists(folder) ? Arrays.asList(files.listStatus(folder)) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list '" + folder + "'", e);
    }
  }

  void delete(Path path) {
    try {
      files.delete(path, true);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete '" + path + "'", e);
    }
  }

  Path root() {
    return root;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.SparkSession;

/** What writing to a Hadoop path takes in both forms of export. */
final class ModelFiles {

  private ModelFiles() {}

  static FileSystem of(Path path) throws IOException {
    return path.getFileSystem(SparkSession.active().sparkContext().hadoopConfiguration());
  }

  /** A name beside the target that no other has; hidden from Spark's readers. */
  static Path part(Path target) {
    return new Path(target.getParent(), ".part-" + UUID.randomUUID());
  }

  /**
   * Refuses a target that is there.
   *
   * @throws IllegalArgumentException names the path
   */
  static void requireFree(FileSystem files, Path target) throws IOException {
    if (files.exists(target)) {
      throw new IllegalArgumentException(
          "nothing may be at '%s' yet, but something is; delete it, or take another path"
              .formatted(target));
    }
  }

  static void write(FileSystem files, Path file, String text) throws IOException {
    try (OutputStream out = files.create(file, false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  static void move(FileSystem files, Path part, Path target) throws IOException {
    if (!files.rename(part, target)) {
      throw new IOException("the file system does not rename '%s' to '%s'".formatted(part, target));
    }
  }

  /** All files under a folder by their paths in it; checksum files of Hadoop's are none. */
  static SortedMap<String, FileStatus> list(FileSystem files, Path folder) throws IOException {
    Path root = files.makeQualified(folder);
    SortedMap<String, FileStatus> all = new TreeMap<>();
    RemoteIterator<? extends FileStatus> found = files.listFiles(root, true);
    while (found.hasNext()) {
      FileStatus file = found.next();
      if (!file.getPath().getName().startsWith(".")) {
        all.put(root.toUri().relativize(file.getPath().toUri()).getPath(), file);
      }
    }
    return all;
  }
}

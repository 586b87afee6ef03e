// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a file as a whole or not at all: under a temporary name, which is then changed. */
final class WholeFile {
  private static final Logger LOG = LoggerFactory.getLogger(WholeFile.class);

  private WholeFile() {}

  /** Writes what the file holds; the stream stays open. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes or replaces the file.
   *
   * @throws CheckpointException if that fails; the temporary file is deleted then
   */
  static void write(FileSystem files, Path path, Content content) {
    String suffix = Long.toHexString(ThreadLocalRandom.current().nextLong());
    Path temporary = new Path(path.getParent(), "." + path.getName() + "." + suffix + ".tmp");
    boolean done = false;
    try {
      files.mkdirs(path.getParent());
      try (OutputStream out = files.create(temporary, true)) {
        content.writeTo(out);
      }
      if (files.exists(path) && !files.delete(path, false)) {
        throw new IOException("the file that is there cannot be replaced");
      }
      if (!files.rename(temporary, path)) {
        throw new IOException("'" + temporary + "' cannot be renamed to it");
      }
      done = true;
    } catch (IOException e) {
      throw new CheckpointException("'%s' cannot be written: %s".formatted(path, e), e);
    } finally {
      if (!done) {
        delete(files, temporary);
      }
    }
  }

  /** Deletes what is there; a failure is only logged, because nothing depends on it. */
  static void delete(FileSystem files, Path path) {
    try {
      files.delete(path, true);
    } catch (IOException e) {
      LOG.warn("'{}' cannot be deleted: {}", path, e.toString());
    }
  }
}

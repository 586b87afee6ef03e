// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A fitted normalizer in DL4J's own file format, on any Hadoop path: what this class writes, {@code
 * NormalizerSerializer.getDefault().restore(...)} reads, and the other way round.
 *
 * <p>Statistics are written as float64. Plain DL4J applies such a file to data of any type; to
 * revert, it wants data of the type of the statistics, float64. Old files of float32 are read.
 * Needs an ND4J backend on the class path. Safe for threads, except on one and the same path.
 */
public final class NormalizerFile {
  private static final long GREATEST_BYTES = 1L << 28;

  private NormalizerFile() {}

  /**
   * Writes a normalizer. A file that is there is replaced.
   *
   * @throws IOException if the file system refuses
   */
  public static void write(Normalization normalization, String path, Configuration hadoop)
      throws IOException {
    byte[] bytes = Dl4jNormalizers.write(normalization);
    Path file = new Path(path);
    FileSystem files = file.getFileSystem(hadoop);
    try (OutputStream out = files.create(file, true)) {
      out.write(bytes);
    }
  }

  /**
   * Reads a normalizer that DL4J or this class wrote.
   *
   * @throws IOException if the file system refuses
   * @throws IllegalArgumentException if the file is damaged, of another kind, or of a normalizer
   *     that cannot be applied to columns
   */
  public static Normalization read(String path, Configuration hadoop) throws IOException {
    Path file = new Path(path);
    FileSystem files = file.getFileSystem(hadoop);
    FileStatus status = files.getFileStatus(file);
    if (!status.isFile() || status.getLen() > GREATEST_BYTES) {
      throw new IllegalArgumentException(
          "'%s' must be a file of at most %d bytes, but %s"
              .formatted(
                  path,
                  GREATEST_BYTES,
                  status.isFile() ? "has " + status.getLen() : "is a folder"));
    }
    byte[] bytes;
    try (InputStream in = files.open(file)) {
      bytes = in.readNBytes((int) GREATEST_BYTES);
    }
    NormalizerBytes.check(bytes, path);
    try {
      return Dl4jNormalizers.read(bytes);
    } catch (Exception e) { // DL4J declares no narrower one
      throw new IllegalArgumentException(
          "'%s' makes no normalizer: %s; save it again".formatted(path, e.getMessage()), e);
    }
  }
}

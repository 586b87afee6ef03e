// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes IDX files for tests, whole or damaged ones. */
final class IdxFiles {

  private IdxFiles() {}

  static Path write(Path file, int magic, int[] dimensions, int... bytes) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(magic);
      for (int dimension : dimensions) {
        out.writeInt(dimension);
      }
      for (int value : bytes) {
        out.writeByte(value);
      }
    }
    return file;
  }
}

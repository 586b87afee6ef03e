// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * A gzipped IDX file of unsigned bytes, the format in which MNIST is published: big-endian, a magic
 * number, the size of each dimension, then the bytes, last dimension fastest.
 */
final class IdxFile {
  /** Two zero bytes, then 8 for unsigned bytes; the lowest byte counts the dimensions. */
  private static final int MAGIC = 0x0800;

  private static final int MAX_DIMENSIONS = 4;
  private static final long MAX_BYTES = 1 << 28;

  private final int[] dimensions;
  private final byte[] bytes;

  private IdxFile(int[] dimensions, byte[] bytes) {
    this.dimensions = dimensions;
    this.bytes = bytes;
  }

  /**
   * Reads a whole file.
   *
   * @param dimensionCount how many dimensions it must have
   * @throws IOException if it cannot be read or is not such a file
   */
  static IdxFile read(Path file, int dimensionCount) throws IOException {
    try (InputStream raw = Files.newInputStream(file);
        DataInputStream in = new DataInputStream(new GZIPInputStream(raw))) {
      return read(in, file, dimensionCount);
    } catch (EOFException e) {
      throw new IOException(
          file + " must hold as many bytes as its header says, but ends early", e);
    }
  }

  private static IdxFile read(DataInputStream in, Path file, int dimensionCount)
      throws IOException {
    int magic = in.readInt();
    if (magic != MAGIC + dimensionCount || dimensionCount > MAX_DIMENSIONS) {
      throw new IOException(
          "%s must be an IDX file of unsigned bytes with %d dimensions (magic 0x%08x), but starts with 0x%08x"
              .formatted(file, dimensionCount, MAGIC + dimensionCount, magic));
    }
    int[] dimensions = new int[dimensionCount];
    long length = 1;
    for (int i = 0; i < dimensionCount; i++) {
      dimensions[i] = in.readInt();
      length = dimensions[i] < 1 ? MAX_BYTES + 1 : length * dimensions[i];
      if (length > MAX_BYTES) {
        throw new IOException(
            "%s must have positive dimensions and at most %d values, but has %s"
                .formatted(file, MAX_BYTES, Arrays.toString(dimensions)));
      }
    }
    byte[] bytes = new byte[(int) length];
    in.readFully(bytes);
    if (in.read() >= 0) {
      throw new IOException(file + " must end after its last value, but more bytes follow");
    }
    return new IdxFile(dimensions, bytes);
  }

  /** Size of a dimension, counted from the outermost. */
  int size(int dimension) {
    return dimensions[dimension];
  }

  /** All values; the caller's to keep, not to change. */
  byte[] bytes() {
    return bytes;
  }
}

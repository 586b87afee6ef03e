// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A local file without a name for what does not fit in memory: no kill leaves it behind, and
 * closing frees its space at once.
 *
 * <p>It is read by position and not mapped, because Java 17 cannot unmap at close, and mapped pages
 * count as memory of the process. The system keeps what it has memory for in its page cache either
 * way. Not thread-safe.
 */
final class SpillFile implements AutoCloseable {

  private final Path directory;
  private final FileChannel file;
  private long lengthBytes;

  /** Makes an empty file in that directory. */
  SpillFile(Path directory) throws IOException {
    this.directory = directory;
    Path path =
        directory.resolve(
            "sparkstrom-tensors-" + Long.toHexString(ThreadLocalRandom.current().nextLong()));
    file =
        FileChannel.open(
            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      Files.delete(path);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Appends the rest of a buffer.
   *
   * @return where it starts
   */
  long append(ByteBuffer block) throws IOException {
    long start = lengthBytes;
    try {
      while (block.hasRemaining()) {
        lengthBytes += file.write(block, lengthBytes);
      }
    } catch (IOException e) {
      throw new IOException(
          "the rows that do not fit in memory must fit in %s, but after %d bytes there: %s. Raise storeMemoryBytes, or set spark.local.dir to a larger disk."
              .formatted(directory, lengthBytes, e.getMessage()),
          e);
    }
    return start;
  }

  /** Fills a buffer from a place on. */
  void read(ByteBuffer out, long position) throws IOException {
    long at = position;
    while (out.hasRemaining()) {
      int count = file.read(out, at);
      if (count < 0) {
        throw new EOFException("the spill file of this TensorStore ends too early");
      }
      at += count;
    }
  }

  long lengthBytes() {
    return lengthBytes;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}

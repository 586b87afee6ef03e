// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * The books of a worker in a process of its own: one record for what it is about to send in a
 * round, and one for each other thing that it has done.
 *
 * <p>A record is written at once and by one call, so the page cache has it when the process is
 * killed. {@link BookReader} reads it.
 */
final class BookFile implements Closeable {
  static final int RECORD_BYTES = 1 + Long.BYTES + Float.BYTES * ElasticWorker.LENGTH;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(RECORD_BYTES);

  BookFile(Path file) throws IOException {
    channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  /** What a record says. */
  enum Entry {
    /** The worker has the state of the fit, as it was after that round. */
    STARTED(0),
    /** It is about to send; a later record of the same round replaces this one. */
    SENT(1),
    /** It has applied the round's aggregate. */
    APPLIED(2),
    /** It has saved its state for a joiner. */
    SNAPSHOT_GIVEN(3),
    /** It has seen the end of the fit, with these parameters. */
    COMPLETED(4);

    private final int code;

    Entry(int code) {
      this.code = code;
    }

    static Entry of(int code) {
      return Stream.of(values()).filter(entry -> entry.code == code).findFirst().orElseThrow();
    }
  }

  void write(Entry entry, long round, float[] values) {
    buffer.clear().put((byte) entry.code).putLong(round);
    buffer.asFloatBuffer().put(values);
    buffer.clear();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

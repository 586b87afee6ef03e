// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.round;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/** Follows the {@link BookFile} of another process as it grows. Not thread-safe. */
final class BookReader implements Account {
  private static final int MAX_RECORDS_AT_ONCE = 1024;

  private final Path file;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(MAX_RECORDS_AT_ONCE * BookFile.RECORD_BYTES);
  private final SortedMap<Long, float[]> sent = new TreeMap<>();
  private final SortedMap<Long, float[]> applied = new TreeMap<>();
  private float[] parameters = new float[0];
  private long place;
  private long startedAfter = -1;
  private boolean completed;
  private boolean hasGivenSnapshot;

  BookReader(Path file) {
    this.file = file;
  }

  /** Reads what has been written since the last call; half a record is left for the next one. */
  void refresh() throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file)) {
      int read = channel.read(buffer.clear(), place);
      while (read >= BookFile.RECORD_BYTES) {
        buffer.flip();
        while (buffer.remaining() >= BookFile.RECORD_BYTES) {
          take();
          place += BookFile.RECORD_BYTES;
        }
        read = channel.read(buffer.clear(), place);
      }
    }
  }

  private void take() {
    BookFile.Entry entry = BookFile.Entry.of(buffer.get());
    long round = buffer.getLong();
    float[] values = new float[ElasticWorker.LENGTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = buffer.getFloat();
    }
    switch (entry) {
      case STARTED -> startedAfter = round;
      case SENT -> sent.put(round, values);
      case APPLIED -> applied.put(round, values);
      case SNAPSHOT_GIVEN -> hasGivenSnapshot = true;
      case COMPLETED -> {
        completed = true;
        parameters = values;
      }
      default -> throw new AssertionError(entry);
    }
  }

  /** True once the worker has the state of the fit. */
  boolean hasState() {
    return startedAfter >= 0;
  }

  @Override
  public SortedMap<Long, float[]> sentByRound() {
    return sent;
  }

  @Override
  public SortedMap<Long, float[]> appliedByRound() {
    return applied;
  }

  @Override
  public long lastApplied() {
    return applied.isEmpty() ? 0 : applied.lastKey();
  }

  @Override
  public float[] parameters() {
    return parameters;
  }

  @Override
  public boolean completed() {
    return completed;
  }

  @Override
  public boolean hasGivenSnapshot() {
    return hasGivenSnapshot;
  }

  @Override
  public String toString() {
    return file.getFileName() + ", applied " + lastApplied();
  }
}

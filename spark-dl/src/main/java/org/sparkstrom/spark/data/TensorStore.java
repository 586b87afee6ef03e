// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One worker's rows for all epochs: float32 blocks in memory, and past a limit in a local file.
 *
 * <p>Blocks arrive in the order in which the shuffle fetched them and are put into the order of the
 * data, so that the same data and seed give the same batches. The spill file is read by position,
 * row by row, and has no name any more once it is open, so no kill leaves it behind and closing
 * frees its space at once.
 *
 * <p>Not thread-safe. The owner closes it.
 */
public final class TensorStore implements AutoCloseable {

  private final int featureCount;
  private final long memoryLimitBytes;
  private final Path spillDirectory;
  private final List<Block> blocks = new ArrayList<>();
  private long[] firstRows = new long[0];
  private long rowCount;
  private long memoryBytes;
  private long spilledBytes;
  private final ByteBuffer row;
  private FileChannel spill;
  private boolean sealed;
  private boolean closed;

  /**
   * An empty store.
   *
   * @param featureCount features per row
   * @param memoryLimitBytes bytes to keep in memory before blocks go to the file
   * @param spillDirectory where the file is made if it is needed
   */
  public TensorStore(int featureCount, long memoryLimitBytes, Path spillDirectory) {
    this.featureCount = featureCount;
    this.row =
        ByteBuffer.allocate(Float.BYTES * Math.max(1, featureCount)).order(ByteOrder.LITTLE_ENDIAN);
    this.memoryLimitBytes = memoryLimitBytes;
    this.spillDirectory = Objects.requireNonNull(spillDirectory, "spillDirectory");
  }

  /** Where the rows of one block are. */
  private record Block(int partition, int sequence, int rows, Bytes bytes) {}

  /** A block's bytes, in memory or in the file. */
  private sealed interface Bytes {}

  private record InMemory(ByteBuffer buffer) implements Bytes {}

  private record InFile(long position) implements Bytes {}

  /** Takes a block that {@link TrainingData#balance} has made. */
  public void add(byte[] bytes) throws IOException {
    checkOpen();
    ByteBuffer block = RowBlock.wrap(bytes);
    int rows = RowBlock.rows(block);
    int expected = RowBlock.lengthBytes(rows, featureCount);
    if (bytes.length != expected) {
      throw new IllegalArgumentException(
          "a block of %d rows with %d features must have %d bytes, but has %d"
              .formatted(rows, featureCount, expected, bytes.length));
    }
    boolean fits = memoryBytes + bytes.length <= memoryLimitBytes;
    blocks.add(
        new Block(
            RowBlock.partition(block),
            RowBlock.sequence(block),
            rows,
            fits ? new InMemory(block) : spill(block)));
    memoryBytes += fits ? bytes.length : 0;
  }

  private InFile spill(ByteBuffer block) throws IOException {
    if (spill == null) {
      spill = openSpillFile();
    }
    InFile place = new InFile(spilledBytes);
    while (block.hasRemaining()) {
      spilledBytes += spill.write(block, spilledBytes);
    }
    return place;
  }

  private FileChannel openSpillFile() throws IOException {
    Path file =
        spillDirectory.resolve(
            "sparkstrom-tensors-" + Long.toHexString(ThreadLocalRandom.current().nextLong()));
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Files.delete(file);
    return channel;
  }

  /** Puts the rows into the order of the data. Call once, after the last {@link #add}. */
  public void seal() {
    checkOpen();
    sealed = true;
    blocks.sort(Comparator.comparingInt(Block::partition).thenComparingInt(Block::sequence));
    firstRows = new long[blocks.size()];
    rowCount = 0;
    for (int i = 0; i < firstRows.length; i++) {
      firstRows[i] = rowCount;
      rowCount += blocks.get(i).rows();
    }
  }

  /** True once all rows are in. */
  public boolean isSealed() {
    return sealed;
  }

  /** Rows in the store. */
  public long rowCount() {
    return rowCount;
  }

  /** Bytes that are in the file and not in memory. */
  public long spilledBytes() {
    return spilledBytes;
  }

  /**
   * Reads one row.
   *
   * @param features receives the features, from {@code offset} on
   * @return the label
   */
  public int read(long rowIndex, float[] features, int offset) {
    checkOpen();
    Objects.checkIndex(rowIndex, rowCount);
    int place = Arrays.binarySearch(firstRows, rowIndex);
    int index = place >= 0 ? place : -place - 2;
    Block block = blocks.get(index);
    int inBlock = (int) (rowIndex - firstRows[index]);
    int featuresAt = RowBlock.featuresOffset(inBlock, featureCount);
    int labelAt = RowBlock.labelOffset(inBlock, block.rows(), featureCount);
    if (block.bytes() instanceof InMemory memory) {
      copyFeatures(memory.buffer(), featuresAt, features, offset);
      return memory.buffer().getInt(labelAt);
    }
    long position = ((InFile) block.bytes()).position();
    copyFeatures(readFile(position + featuresAt, featureCount * Float.BYTES), 0, features, offset);
    return readFile(position + labelAt, Integer.BYTES).getInt(0);
  }

  private void copyFeatures(ByteBuffer from, int at, float[] features, int offset) {
    for (int i = 0; i < featureCount; i++) {
      features[offset + i] = from.getFloat(at + i * Float.BYTES);
    }
  }

  private ByteBuffer readFile(long position, int length) {
    row.clear().limit(length);
    try {
      while (row.hasRemaining()) {
        if (spill.read(row, position + row.position()) < 0) {
          throw new EOFException("the spill file of this TensorStore ends too early");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("rows that were spilled to disk cannot be read", e);
    }
    return row.flip();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("this TensorStore is closed");
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      blocks.clear();
      if (spill != null) {
        spill.close();
      }
    }
  }
}

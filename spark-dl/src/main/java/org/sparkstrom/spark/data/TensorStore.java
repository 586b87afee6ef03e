// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.IOException;
import java.nio.ByteBuffer;
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
 * data, so that the same data and seed give the same batches. The spill file is mapped into memory
 * block by block and has no name any more once it is open, so no kill leaves it behind.
 *
 * <p>Not thread-safe. The owner closes it.
 */
public final class TensorStore implements AutoCloseable {

  private final int featureCount;
  private final long memoryLimitBytes;
  private final Path spillDirectory;
  private final List<ByteBuffer> blocks = new ArrayList<>();
  private long[] firstRows = new long[0];
  private long rowCount;
  private long memoryBytes;
  private long spilledBytes;
  private FileChannel spill;
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
    this.memoryLimitBytes = memoryLimitBytes;
    this.spillDirectory = Objects.requireNonNull(spillDirectory, "spillDirectory");
  }

  /** Takes a block that {@link TrainingData#balance} has made. */
  public void add(byte[] bytes) throws IOException {
    checkOpen();
    ByteBuffer block = RowBlock.wrap(bytes);
    int expected = RowBlock.lengthBytes(RowBlock.rows(block), featureCount);
    if (bytes.length != expected) {
      throw new IllegalArgumentException(
          "a block of %d rows with %d features must have %d bytes, but has %d"
              .formatted(RowBlock.rows(block), featureCount, expected, bytes.length));
    }
    if (memoryBytes + bytes.length <= memoryLimitBytes) {
      memoryBytes += bytes.length;
      blocks.add(block);
    } else {
      blocks.add(spill(block));
    }
  }

  private ByteBuffer spill(ByteBuffer block) throws IOException {
    if (spill == null) {
      spill = openSpillFile();
    }
    int length = block.remaining();
    long at = spilledBytes;
    while (block.hasRemaining()) {
      spill.write(block, at + block.position());
    }
    spilledBytes += length;
    return spill.map(FileChannel.MapMode.READ_ONLY, at, length).order(block.order());
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
    blocks.sort(
        Comparator.<ByteBuffer>comparingInt(RowBlock::partition)
            .thenComparingInt(RowBlock::sequence));
    firstRows = new long[blocks.size()];
    rowCount = 0;
    for (int i = 0; i < firstRows.length; i++) {
      firstRows[i] = rowCount;
      rowCount += RowBlock.rows(blocks.get(i));
    }
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
  public int read(long row, float[] features, int offset) {
    checkOpen();
    Objects.checkIndex(row, rowCount);
    int place = Arrays.binarySearch(firstRows, row);
    int index = place >= 0 ? place : -place - 2;
    ByteBuffer block = blocks.get(index);
    int inBlock = (int) (row - firstRows[index]);
    int from = RowBlock.featuresOffset(inBlock, featureCount);
    for (int i = 0; i < featureCount; i++) {
      features[offset + i] = block.getFloat(from + i * Float.BYTES);
    }
    return block.getInt(RowBlock.labelOffset(inBlock, RowBlock.rows(block), featureCount));
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

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * One worker's packed rows for all epochs: outside the Java heap, and past a limit in a local file.
 *
 * <p>Blocks arrive in the order in which the shuffle fetched them and are put into the order of the
 * data, so that the same data and seed give the same batches. On the heap remain some 100 bytes for
 * each block, and 4 bytes for each row if rows differ in length.
 *
 * <p>Not thread-safe. The owner closes it.
 */
public final class TensorStore implements AutoCloseable {

  private final RowLayout layout;
  private final Path spillDirectory;
  private final OffHeapSegments memory;
  private final boolean ownsMemory;
  private final List<StoredBlock> blocks = new ArrayList<>();
  private ByteBuffer fromFile = ByteBuffer.allocate(0);
  private ByteBuffer[] views = {};
  private StoredBlock[] sorted = {};
  private long[] firstRows = {};
  private long rowCount;
  private SpillFile spill;
  private boolean sealed;
  private boolean closed;

  /**
   * An empty store.
   *
   * @param layout how the rows are packed
   * @param memoryLimitBytes bytes to keep in memory before blocks go to the file
   * @param spillDirectory where the file is made if it is needed
   */
  public TensorStore(RowLayout layout, long memoryLimitBytes, Path spillDirectory) {
    this(layout, new OffHeapSegments(memoryLimitBytes), true, spillDirectory);
  }

  /** A store in memory that it shares with others; whoever made the memory closes it. */
  static TensorStore sharing(OffHeapSegments memory, RowLayout layout, Path spillDirectory) {
    return new TensorStore(layout, memory, false, spillDirectory);
  }

  private TensorStore(
      RowLayout layout, OffHeapSegments memory, boolean ownsMemory, Path spillDirectory) {
    this.layout = Objects.requireNonNull(layout, "layout");
    this.spillDirectory = Objects.requireNonNull(spillDirectory, "spillDirectory");
    this.memory = memory;
    this.ownsMemory = ownsMemory;
  }

  /**
   * Takes a block that {@link TrainingData#balance} has made.
   *
   * @throws IOException if it must be spilled and the disk does not take it
   */
  public void add(byte[] bytes) throws IOException {
    checkOpen();
    if (sealed) {
      throw new IllegalStateException("this TensorStore is sealed and takes no more blocks");
    }
    ByteBuffer block = RowBlock.wrap(bytes);
    int rows = RowBlock.rows(block);
    int start = RowBlock.rowsOffset(rows, layout);
    int[] ends = ends(block, rows);
    long expected = start + (ends.length > 0 ? ends[rows - 1] : (long) rows * layout.maxRowBytes());
    if (bytes.length != expected) {
      throw new IllegalArgumentException(
          "a block of %d rows of %d bytes must have %d bytes, but has %d"
              .formatted(rows, layout.maxRowBytes(), expected, bytes.length));
    }
    block.position(start);
    OffHeapSegments.Place place = memory.add(block);
    blocks.add(
        new StoredBlock(
            RowBlock.partition(block),
            RowBlock.sequence(block),
            rows,
            place == null ? StoredBlock.IN_FILE : place.segment(),
            place == null ? spill(block) : place.offset(),
            ends));
  }

  private int[] ends(ByteBuffer block, int rows) {
    int[] ends = new int[layout.rowsVary() ? rows : 0];
    for (int row = 0; row < ends.length; row++) {
      ends[row] = RowBlock.rowEnd(block, row);
    }
    return ends;
  }

  private long spill(ByteBuffer block) throws IOException {
    if (spill == null) {
      spill = new SpillFile(spillDirectory);
    }
    return spill.append(block);
  }

  /** Puts the rows into the order of the data. Call once, after the last {@link #add}. */
  public void seal() {
    checkOpen();
    sealed = true;
    blocks.sort(
        Comparator.comparingInt(StoredBlock::partition).thenComparingInt(StoredBlock::sequence));
    sorted = blocks.toArray(StoredBlock[]::new);
    blocks.clear();
    firstRows = new long[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      firstRows[i] = rowCount;
      rowCount += sorted[i].rows();
    }
    views = new ByteBuffer[memory.count()];
    Arrays.setAll(views, memory::view);
  }

  /** True once all rows are in. */
  boolean isSealed() {
    return sealed;
  }

  /** How the rows are packed. */
  public RowLayout layout() {
    return layout;
  }

  /** Rows in the store; 0 before {@link #seal}. */
  public long rowCount() {
    return rowCount;
  }

  /** Bytes of memory that the store has taken, with all that share it. */
  public long memoryBytes() {
    return memory.allocatedBytes();
  }

  /** Bytes that are in the file and not in memory. */
  public long spilledBytes() {
    return spill == null ? 0 : spill.lengthBytes();
  }

  /**
   * One row's bytes, from the buffer's position to its limit; to be read only. Valid until the next
   * call.
   */
  ByteBuffer row(long index) {
    checkOpen();
    Objects.checkIndex(index, rowCount);
    int found = Arrays.binarySearch(firstRows, index);
    int place = found >= 0 ? found : -found - 2;
    StoredBlock block = sorted[place];
    int inBlock = (int) (index - firstRows[place]);
    long start = block.start(inBlock, layout.maxRowBytes());
    int length = block.lengthBytes(inBlock, layout.maxRowBytes());
    if (block.isInFile()) {
      return readFile(start, length);
    }
    return views[block.segment()].limit((int) start + length).position((int) start);
  }

  private ByteBuffer readFile(long position, int length) {
    if (fromFile.capacity() < length) {
      fromFile = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
    }
    fromFile.clear().limit(length);
    try {
      spill.read(fromFile, position);
    } catch (IOException e) {
      throw new UncheckedIOException("rows that were spilled to disk cannot be read", e);
    }
    return fromFile.flip();
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
      sorted = new StoredBlock[0];
      views = new ByteBuffer[0];
      if (ownsMemory) {
        memory.close();
      }
      if (spill != null) {
        spill.close();
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Memory outside the Java heap, up to a limit, that is given back when this is closed.
 *
 * <p>The memory comes from the C library and not from {@link ByteBuffer#allocateDirect}, so that
 * closing frees it at once and Java's own limit for direct memory, which Spark's network needs, is
 * not touched. Segments grow from 1 MiB to 64 MiB; a block lies in one segment. Not thread-safe.
 */
final class OffHeapSegments implements AutoCloseable {

  private static final long FIRST_BYTES = 1 << 20;
  private static final long MAX_BYTES = 1 << 26;

  private final long limitBytes;
  private final List<Pointer> allocated = new ArrayList<>();
  private final List<ByteBuffer> buffers = new ArrayList<>();
  private long allocatedBytes;
  private long nextBytes = FIRST_BYTES;

  OffHeapSegments(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /**
   * Where a block is.
   *
   * @param segment number of the segment
   * @param offset place in it
   */
  record Place(int segment, int offset) {}

  /** Copies the rest of a buffer in; null if the limit does not leave room for it. */
  Place add(ByteBuffer block) {
    int length = block.remaining();
    if (!hasRoom(length) && !allocate(length)) {
      return null;
    }
    int last = buffers.size() - 1;
    ByteBuffer segment = buffers.get(last);
    Place place = new Place(last, segment.position());
    segment.put(block);
    return place;
  }

  private boolean hasRoom(int length) {
    return !buffers.isEmpty() && buffers.get(buffers.size() - 1).remaining() >= length;
  }

  private boolean allocate(int length) {
    long left = limitBytes - allocatedBytes;
    if (left < length) {
      return false;
    }
    long size = Math.min(left, Math.max(length, nextBytes));
    Pointer memory = Pointer.malloc(size);
    if (memory == null || memory.isNull()) {
      throw new IllegalStateException(
          "the system must give %d bytes more to keep rows in memory, but refuses; %d of the limit of %d bytes are in use. Set storeMemoryBytes lower, or give the executor more memory (spark.executor.memoryOverhead)."
              .formatted(size, allocatedBytes, limitBytes));
    }
    allocated.add(memory);
    buffers.add(
        new BytePointer(memory).capacity(size).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
    allocatedBytes += size;
    nextBytes = Math.min(MAX_BYTES, 2 * nextBytes);
    return true;
  }

  /** A view of a segment that the caller may move in; valid until close. */
  ByteBuffer view(int segment) {
    return buffers.get(segment).duplicate().clear().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Number of segments. */
  int count() {
    return buffers.size();
  }

  /** Bytes that are taken from the system. */
  long allocatedBytes() {
    return allocatedBytes;
  }

  @Override
  public void close() {
    buffers.clear();
    allocated.forEach(Pointer::free);
    allocated.clear();
    allocatedBytes = 0;
  }
}

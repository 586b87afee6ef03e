// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.transport.aeron;

import io.aeron.CncFileDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * When the media driver of a directory last showed a sign of life.
 *
 * <p>A driver writes the time into its command-and-control file on each turn of its conductor.
 * Aeron's own check of that time may wait for a driver that is just starting; this one never waits.
 */
final class DriverHeartbeat {
  private DriverHeartbeat() {}

  /**
   * Milliseconds since 1970 of the last sign of life: the heartbeat, or the time of the directory
   * itself where there is no heartbeat yet.
   */
  static long lastSeenMs(Path driverDirectory) throws IOException {
    long lastSeenMs = Files.getLastModifiedTime(driverDirectory).toMillis();
    Path file = driverDirectory.resolve(CncFileDescriptor.CNC_FILE);
    if (!Files.isRegularFile(file)) {
      return lastSeenMs;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() <= CncFileDescriptor.META_DATA_LENGTH) {
        return lastSeenMs;
      }
      MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      try {
        return Math.max(lastSeenMs, heartbeatMs(mapped));
      } finally {
        BufferUtil.free(mapped);
      }
    }
  }

  private static long heartbeatMs(ByteBuffer mapped) {
    DirectBuffer metaData = CncFileDescriptor.createMetaDataBuffer(mapped);
    long length = metaData.getInt(CncFileDescriptor.toDriverBufferLengthOffset(0));
    long end = CncFileDescriptor.END_OF_METADATA_OFFSET + length;
    if (length <= RingBufferDescriptor.TRAILER_LENGTH || end > mapped.capacity()) {
      return 0;
    }
    return new ManyToOneRingBuffer(CncFileDescriptor.createToDriverBuffer(mapped, metaData))
        .consumerHeartbeatTime();
  }
}

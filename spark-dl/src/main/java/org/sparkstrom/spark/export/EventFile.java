// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.export;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FSDataOutputStream;

/**
 * A file of scalars that TensorBoard reads: TensorFlow's record file of {@code Event} messages.
 *
 * <p>A record is its length (uint64, little-endian), the masked CRC-32C of these 8 bytes, the
 * message, and its masked CRC-32C. An {@code Event} is a Protocol Buffers message with wall_time
 * (1, double), step (2, int64), file_version (3, string) and summary (5), whose values (1) have tag
 * (1, string) and simple_value (2, float). These few fields are written here, because Spark brings
 * Protocol Buffers in its own packages alone.
 */
final class EventFile implements Closeable {
  private static final String VERSION = "brain.Event:2";
  private static final int MASK_DELTA = 0xa282ead8;

  /** Wire types of Protocol Buffers. */
  private static final int VARINT = 0;

  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final FSDataOutputStream out;

  /** Begins the file; the stream is closed with it. */
  EventFile(FSDataOutputStream out, double wallTimeSeconds) throws IOException {
    this.out = out;
    Message event = new Message().number(1, wallTimeSeconds).bytes(3, utf8(VERSION));
    write(event.toBytes());
  }

  /**
   * Writes one value.
   *
   * @param wallTimeSeconds since 1970
   * @param tag of the curve; slashes group them
   */
  void scalar(double wallTimeSeconds, long step, String tag, double value) throws IOException {
    byte[] one = new Message().bytes(1, utf8(tag)).number(2, (float) value).toBytes();
    byte[] summary = new Message().bytes(1, one).toBytes();
    write(new Message().number(1, wallTimeSeconds).count(2, step).bytes(5, summary).toBytes());
  }

  /** Lets readers see what has been written, where the file system can. */
  void flush() throws IOException {
    out.hflush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void write(byte[] message) throws IOException {
    byte[] length =
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(message.length)
            .array();
    out.write(length);
    out.write(maskedCrc(length));
    out.write(message);
    out.write(maskedCrc(message));
  }

  private static byte[] maskedCrc(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    int masked = Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(masked).array();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A message of Protocol Buffers as it grows. */
  private static final class Message {
    private final ByteArrayOutputStream fields = new ByteArrayOutputStream();

    Message number(int field, double value) {
      key(field, FIXED64);
      fields.writeBytes(
          ByteBuffer.allocate(Double.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putDouble(value)
              .array());
      return this;
    }

    Message number(int field, float value) {
      key(field, FIXED32);
      fields.writeBytes(
          ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
      return this;
    }

    Message count(int field, long value) {
      key(field, VARINT);
      varint(value);
      return this;
    }

    Message bytes(int field, byte[] value) {
      key(field, BYTES);
      varint(value.length);
      fields.writeBytes(value);
      return this;
    }

    byte[] toBytes() {
      return fields.toByteArray();
    }

    private void key(int field, int wireType) {
      varint(((long) field << 3) | wireType);
    }

    private void varint(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        fields.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      fields.write((int) rest);
    }
  }
}

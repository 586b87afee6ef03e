// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named sections of bytes: the content of one file of a checkpoint.
 *
 * <p>The layout stands in docs/WIRE_FORMAT.md. The bytes that are read are untrusted: every length
 * is checked against what is left before anything is made of it. Immutable by contract: nobody
 * writes to the sections.
 */
public final class CheckpointPart {
  static final int MAX_SECTIONS = 64;
  private static final int MAX_NAME_BYTES = 64;

  private final Map<String, ByteBuffer> sections;

  private CheckpointPart(Map<String, ByteBuffer> sections) {
    this.sections = Collections.unmodifiableMap(sections);
  }

  /** Sections in order; the buffers are not copied. */
  public static CheckpointPart of(Map<String, ByteBuffer> sections) {
    if (sections.size() > MAX_SECTIONS) {
      throw new IllegalArgumentException(
          "a part must have at most %d sections, but has %d"
              .formatted(MAX_SECTIONS, sections.size()));
    }
    return new CheckpointPart(new LinkedHashMap<>(sections));
  }

  /** True if there is a section of that name. */
  public boolean has(String name) {
    return sections.containsKey(name);
  }

  /**
   * A section, little-endian, to be consumed.
   *
   * @throws CheckpointException if there is none
   */
  public ByteBuffer section(String name) {
    ByteBuffer section = sections.get(name);
    if (section == null) {
      throw new CheckpointException(
          "a part must have the section '%s', but has %s".formatted(name, sections.keySet()));
    }
    return section.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A section of float32 values. */
  public float[] floats(String name) {
    ByteBuffer section = section(name);
    if (section.remaining() % Float.BYTES != 0) {
      throw new CheckpointException(
          "the section '%s' must hold float32 values, but has %d bytes"
              .formatted(name, section.remaining()));
    }
    float[] values = new float[section.remaining() / Float.BYTES];
    section.asFloatBuffer().get(values);
    return values;
  }

  /** A section of text. */
  public String text(String name) {
    return StandardCharsets.UTF_8.decode(section(name)).toString();
  }

  /** Values as the bytes of a section. */
  public static ByteBuffer bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, values.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  /** Text as the bytes of a section. */
  public static ByteBuffer bytes(String text) {
    return StandardCharsets.UTF_8.encode(text);
  }

  Map<String, ByteBuffer> sections() {
    return sections;
  }

  /** The table before the sections' bytes: their number, then name and length of each. */
  ByteBuffer table() {
    ByteBuffer table =
        ByteBuffer.allocate(Integer.BYTES + sections.size() * (MAX_NAME_BYTES + 10))
            .order(ByteOrder.LITTLE_ENDIAN);
    table.putInt(sections.size());
    sections.forEach(
        (name, bytes) -> {
          byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
          table.putShort((short) utf8.length).put(utf8).putLong(bytes.remaining());
        });
    return table.flip();
  }

  /** Table and sections, between position and limit. */
  public ByteBuffer toBytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(lengthBytes())).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(table());
    sections.values().forEach(section -> bytes.put(section.duplicate()));
    return bytes.flip();
  }

  /** Length of table and sections. */
  long lengthBytes() {
    return table().remaining() + sections.values().stream().mapToLong(ByteBuffer::remaining).sum();
  }

  /**
   * Reads table and sections, which take the whole buffer.
   *
   * @throws IllegalArgumentException if they do not; the message tells what was found
   */
  public static CheckpointPart of(ByteBuffer buffer) {
    ByteBuffer in = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int count = in.remaining() < Integer.BYTES ? -1 : in.getInt();
    if (count < 0 || count > MAX_SECTIONS) {
      throw new IllegalArgumentException(
          "a part must have 0 to %d sections, but has %d".formatted(MAX_SECTIONS, count));
    }
    Map<String, Long> lengths = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      readEntry(in, lengths);
    }
    long announced = lengths.values().stream().mapToLong(Long::longValue).sum();
    if (lengths.size() != count || announced != in.remaining()) {
      throw new IllegalArgumentException(
          "%d sections announce %d bytes, but %d follow"
              .formatted(count, announced, in.remaining()));
    }
    Map<String, ByteBuffer> sections = new LinkedHashMap<>();
    lengths.forEach(
        (name, length) -> {
          sections.put(name, in.slice(in.position(), (int) (long) length));
          in.position(in.position() + (int) (long) length);
        });
    return new CheckpointPart(sections);
  }

  private static void readEntry(ByteBuffer in, Map<String, Long> lengths) {
    int nameBytes = in.remaining() < Short.BYTES ? -1 : in.getShort();
    if (nameBytes < 1 || nameBytes > MAX_NAME_BYTES || in.remaining() < nameBytes + Long.BYTES) {
      throw new IllegalArgumentException(
          "the name of a section must have 1 to %d bytes, but announces %d with %d left"
              .formatted(MAX_NAME_BYTES, nameBytes, in.remaining()));
    }
    byte[] utf8 = new byte[nameBytes];
    in.get(utf8);
    String name = new String(utf8, StandardCharsets.UTF_8);
    long length = in.getLong();
    if (length < 0 || length > in.remaining()) {
      throw new IllegalArgumentException(
          "the section '%s' announces %d bytes, but at most %d follow"
              .formatted(name, length, in.remaining()));
    }
    lengths.put(name, length);
  }
}

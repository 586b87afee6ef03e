// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * Walks through the bytes of a normalizer file before ND4J reads them, because ND4J allocates what
 * a file claims, computes over whatever a shape claims, and loads the class that a CUSTOM one
 * names. The layout is DL4J's NormalizerSerializer's, version 1, big endian; an array is two
 * buffers, shape and values, each of an allocation mode (UTF), a length (int for the first three
 * modes of old files, else long), a type (UTF) and the entries.
 */
final class NormalizerBytes {
  private static final Map<String, Integer> ENTRY_BYTES =
      Map.of("DOUBLE", 8, "FLOAT", 4, "HALF", 2, "LONG", 8, "INT", 4);

  /** The bit by which a shape names its values' type. */
  private static final Map<String, Long> TYPE_BITS =
      Map.of(
          "DOUBLE", 1L << 14, "FLOAT", 1L << 13, "HALF", 1L << 12, "LONG", 1L << 18, "INT",
          1L << 17);

  /** All such bits, and those of sparse, compressed and empty arrays. */
  private static final long FORM_BITS = 0x1FF80E;

  private static final Set<String> SHAPE_TYPES = Set.of("LONG", "INT");
  private static final int MOST_RANK = 32; // ND4J's own
  private static final int MOST_SHAPE = 2 * MOST_RANK + 4;
  private static final int NO_STRATEGY = 0;
  private static final int MIN_MAX_STRATEGY = 2;

  private final DataInputStream in;

  private NormalizerBytes(byte[] bytes) {
    this.in = new DataInputStream(new ByteArrayInputStream(bytes));
  }

  /**
   * Checks that these are the whole bytes of a normalizer that can be applied to columns.
   *
   * @throws IllegalArgumentException with the reason, if they are not
   */
  static void check(byte[] bytes, String name) {
    NormalizerBytes walk = new NormalizerBytes(bytes);
    try {
      walk.header();
      if (walk.in.available() > 0) {
        throw new IOException(walk.in.available() + " bytes follow its end");
      }
    } catch (EOFException e) {
      throw refusal(name, "it ends too early, after " + bytes.length + " bytes", e);
    } catch (IOException e) {
      throw refusal(name, e.getMessage(), e);
    }
  }

  private static IllegalArgumentException refusal(String name, String reason, IOException cause) {
    return new IllegalArgumentException(
        "'%s' must be a file of DL4J's NormalizerSerializer, but %s; save the normalizer again"
            .formatted(name, reason),
        cause);
  }

  private void header() throws IOException {
    String mark = in.readUTF();
    if (!mark.equals("NORMALIZER")) {
      throw new IOException(
          "it begins with '" + mark.substring(0, Math.min(mark.length(), 20)) + "'");
    }
    int version = in.readInt();
    if (version != 1) {
      throw new IOException("it has version " + version + " and only version 1 is known");
    }
    String type = in.readUTF();
    switch (type) {
      case "STANDARDIZE" -> arrays(in.readBoolean() ? 4 : 2);
      case "MIN_MAX" -> {
        boolean labels = in.readBoolean();
        skip(16);
        arrays(labels ? 4 : 2);
      }
      case "IMAGE_MIN_MAX" -> skip(24);
      case "MULTI_STANDARDIZE" -> arrays(2 * multiCount());
      case "MULTI_MIN_MAX" -> {
        int count = multiCount();
        skip(16);
        arrays(2 * count);
      }
      case "MULTI_HYBRID" -> hybrid();
      default ->
          throw new IOException(
              "it holds a " + type + " normalizer, which is none of those that are read");
    }
  }

  private int multiCount() throws IOException {
    boolean labels = in.readBoolean();
    int inputs = count(in.readInt());
    int outputs = in.readInt();
    return inputs + (labels ? count(outputs) : 0);
  }

  private void hybrid() throws IOException {
    for (int side = 0; side < 2; side++) {
      int entries = count(in.readInt());
      for (int i = 0; i < entries; i++) {
        skip(8); // place, kind of statistics
        arrays(2);
      }
    }
    strategy();
    strategy();
    for (int side = 0; side < 2; side++) {
      int entries = count(in.readInt());
      for (int i = 0; i < entries; i++) {
        skip(4);
        strategy();
      }
    }
  }

  private void strategy() throws IOException {
    int kind = in.readInt();
    if (kind < NO_STRATEGY || kind > MIN_MAX_STRATEGY) {
      throw new IOException("it has a strategy of the unknown kind " + kind);
    }
    skip(kind == MIN_MAX_STRATEGY ? 16 : 0);
  }

  private void arrays(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Buffer shape = buffer();
      if (!SHAPE_TYPES.contains(shape.type) || shape.length > MOST_SHAPE) {
        throw new IOException(
            "it has a shape of %d entries of the type %s".formatted(shape.length, shape.type));
      }
      long[] entries = new long[(int) shape.length];
      for (int k = 0; k < entries.length; k++) {
        entries[k] = shape.type.equals("INT") ? in.readInt() : in.readLong();
      }
      Buffer values = buffer();
      requireWithin(entries, values);
      skip((int) (values.length * ENTRY_BYTES.get(values.type)));
    }
  }

  /** What stands before the entries of a buffer. */
  private record Buffer(String type, long length) {}

  private Buffer buffer() throws IOException {
    String mode = in.readUTF();
    boolean old = mode.equals("DIRECT") || mode.equals("HEAP") || mode.equals("JAVACPP");
    long length = old ? in.readInt() : in.readLong();
    String type = in.readUTF();
    Integer bytes = ENTRY_BYTES.get(type);
    if (bytes == null) {
      throw new IOException("it has an array of the type " + type);
    }
    if (length < 0 || length > in.available() / bytes) {
      throw new IOException(
          "it has an array of %d entries where %d bytes are left"
              .formatted(length, in.available()));
    }
    return new Buffer(type, length);
  }

  /** Refuses a shape (rank, sizes, strides, form, and two more) that is not that of its values. */
  private static void requireWithin(long[] shape, Buffer values) throws IOException {
    int rank = shape.length > 0 && shape[0] >= 0 && shape[0] <= MOST_RANK ? (int) shape[0] : -1;
    boolean sound = rank >= 0 && shape.length == 2 * rank + 4;
    BigInteger size = BigInteger.ONE;
    BigInteger last = BigInteger.ZERO;
    for (int i = 1; sound && i <= rank; i++) {
      BigInteger stride = BigInteger.valueOf(shape[rank + i]);
      sound = shape[i] > 0 && stride.signum() >= 0;
      size = size.multiply(BigInteger.valueOf(shape[i]));
      last = last.add(BigInteger.valueOf(shape[i] - 1).multiply(stride));
    }
    if (sound) {
      long form = shape[2 * rank + 1] & FORM_BITS; // 0 in old files
      sound = form == 0 || form == TYPE_BITS.get(values.type);
    }
    BigInteger there = BigInteger.valueOf(values.length);
    if (!sound || !size.equals(there) || last.compareTo(there) >= 0) {
      throw new IOException(
          "it has an array whose shape %s does not fit its %d values of the type %s"
              .formatted(Arrays.toString(shape), values.length, values.type));
    }
  }

  private int count(int value) throws IOException {
    if (value < 0 || value > in.available()) {
      throw new IOException("it counts " + value + " where " + in.available() + " bytes are left");
    }
    return value;
  }

  private void skip(int bytes) throws IOException {
    if (in.skipBytes(bytes) != bytes) {
      throw new EOFException();
    }
  }
}

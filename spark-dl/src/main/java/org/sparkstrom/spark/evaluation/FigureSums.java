// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.evaluation;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Figures that are means, as sums that can be added over workers: each is a numerator and what it
 * is to be divided by.
 *
 * <p>It exists because the mean of means is wrong where shares are unequal. Not thread-safe.
 */
public final class FigureSums {
  private static final int MAX_FIGURES = 4096;
  private static final int MAX_NAME_BYTES = 1024;

  private final Map<String, Ratio> sums = new TreeMap<>();

  private record Ratio(double numerator, double denominator) {}

  /** Adds to a figure. */
  public void add(String name, double numerator, double denominator) {
    Ratio sum = sums.getOrDefault(name, new Ratio(0, 0));
    sums.put(name, new Ratio(sum.numerator + numerator, sum.denominator + denominator));
  }

  /** Adds all figures of another worker. */
  public void add(FigureSums other) {
    other.sums.forEach((name, sum) -> add(name, sum.numerator, sum.denominator));
  }

  /** The figures by name, without those of which there is nothing. */
  public Map<String, Double> figures() {
    Map<String, Double> figures = new TreeMap<>();
    sums.forEach(
        (name, sum) -> {
          if (sum.denominator > 0) {
            figures.put(name, sum.numerator / sum.denominator);
          }
        });
    return figures;
  }

  /** The sums as bytes, little-endian. */
  public ByteBuffer toBytes() {
    int length = Integer.BYTES;
    for (String name : sums.keySet()) {
      length += Short.BYTES + utf8(name).length + 2 * Double.BYTES;
    }
    ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(sums.size());
    sums.forEach(
        (name, sum) ->
            out.putShort((short) utf8(name).length)
                .put(utf8(name))
                .putDouble(sum.numerator)
                .putDouble(sum.denominator));
    return out.flip();
  }

  /**
   * Reads what {@link #toBytes} has written, and leaves what follows.
   *
   * @throws IllegalArgumentException if the bytes are no sums
   */
  public static FigureSums read(ByteBuffer buffer) {
    ByteBuffer in = buffer.order(ByteOrder.LITTLE_ENDIAN);
    int count = in.remaining() < Integer.BYTES ? -1 : in.getInt();
    if (count < 0 || count > MAX_FIGURES) {
      throw new IllegalArgumentException(
          "there must be 0 to %d figures, but are %d".formatted(MAX_FIGURES, count));
    }
    FigureSums sums = new FigureSums();
    for (int i = 0; i < count; i++) {
      int length = in.remaining() < Short.BYTES ? -1 : in.getShort();
      if (length < 0 || length > MAX_NAME_BYTES || in.remaining() < length + 2 * Double.BYTES) {
        throw new IllegalArgumentException(
            "figure %d of %d is cut off, with %d bytes left".formatted(i, count, in.remaining()));
      }
      byte[] name = new byte[length];
      in.get(name);
      sums.add(new String(name, StandardCharsets.UTF_8), in.getDouble(), in.getDouble());
    }
    return sums;
  }

  private static byte[] utf8(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "the name of a figure must have at most %d bytes, but has %d"
              .formatted(MAX_NAME_BYTES, bytes.length));
    }
    return bytes;
  }
}

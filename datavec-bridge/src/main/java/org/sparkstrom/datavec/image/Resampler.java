// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.image;

import java.util.Arrays;
import org.sparkstrom.datavec.image.Fit.Span;

/**
 * Resizes by a triangle filter that widens as the image shrinks.
 *
 * <p>Bilinear interpolation of the nearest four pixels, which is what Java's own scaling does,
 * leaves out most of a large image and shows its fine patterns as coarse ones. Here each pixel
 * within the filter's reach counts, as in Pillow's BILINEAR: output pixel i lies at {@code c =
 * start + (i + 1/2) s} with {@code s = length / size}; pixel j weighs {@code max(0, 1 - |j + 1/2 -
 * c| / max(s, 1))}, the weights made to sum to 1. Columns first, since that loop runs on whole
 * lines, then rows; nothing is rounded.
 */
final class Resampler {
  private Resampler() {}

  /** The part {@code x}, {@code y} of an image in its new size, [row][column][channel]. */
  static float[] resize(PixelRows rows, Span x, Span y) {
    int channels = rows.channels();
    Axis across = Axis.of(x, rows.width());
    Axis down = Axis.of(y, rows.height());
    int from = across.first[0] * channels;
    int to = across.end() * channels;
    RecentLines lines = new RecentLines(rows, down.longest());
    float[] sum = new float[rows.width() * channels];
    float[] out = new float[y.size() * x.size() * channels];
    for (int i = 0; i < y.size(); i++) {
      Arrays.fill(sum, from, to, 0f);
      for (int k = 0; k < down.weights[i].length; k++) {
        float weight = down.weights[i][k];
        float[] line = lines.get(down.first[i] + k);
        for (int n = from; n < to; n++) {
          sum[n] += weight * line[n];
        }
      }
      narrow(sum, channels, across, out, i * x.size() * channels);
    }
    return out;
  }

  private static void narrow(float[] line, int channels, Axis across, float[] out, int offset) {
    for (int i = 0; i < across.first.length; i++) {
      float[] weights = across.weights[i];
      int from = across.first[i] * channels;
      int to = offset + i * channels;
      if (channels == 1) {
        float sum = 0f;
        for (int k = 0; k < weights.length; k++) {
          sum += weights[k] * line[from + k];
        }
        out[to] = sum;
      } else {
        float a = 0f;
        float b = 0f;
        float c = 0f;
        for (int k = 0; k < weights.length; k++) {
          int at = from + 3 * k;
          a += weights[k] * line[at];
          b += weights[k] * line[at + 1];
          c += weights[k] * line[at + 2];
        }
        out[to] = a;
        out[to + 1] = b;
        out[to + 2] = c;
      }
    }
  }

  /** The lines that were read last, so that each is read once. */
  private static final class RecentLines {
    private final PixelRows rows;
    private final float[][] lines;
    private final int[] held;

    RecentLines(PixelRows rows, int count) {
      this.rows = rows;
      lines = new float[count][rows.width() * rows.channels()];
      held = new int[count];
      Arrays.fill(held, -1);
    }

    float[] get(int row) {
      int slot = row % lines.length;
      if (held[slot] != row) {
        rows.read(row, lines[slot]);
        held[slot] = row;
      }
      return lines[slot];
    }
  }

  /** Which pixels of an axis make each new pixel, and their weights. */
  private static final class Axis {
    final int[] first;
    final float[][] weights;

    private Axis(int size) {
      first = new int[size];
      weights = new float[size][];
    }

    static Axis of(Span span, int imageSize) {
      Axis axis = new Axis(span.size());
      double step = span.length() / span.size();
      double reach = Math.max(step, 1.0);
      for (int i = 0; i < span.size(); i++) {
        double center = span.start() + (i + 0.5) * step;
        int low = Math.max(0, (int) Math.floor(center - reach + 0.5));
        int high = Math.min(imageSize, (int) Math.floor(center + reach + 0.5));
        low = Math.min(low, imageSize - 1);
        axis.first[i] = low;
        axis.weights[i] = weights(low, Math.max(high, low + 1), center, reach);
      }
      return axis;
    }

    int longest() {
      return Arrays.stream(weights).mapToInt(taps -> taps.length).max().orElseThrow();
    }

    int end() {
      return first[first.length - 1] + weights[weights.length - 1].length;
    }

    private static float[] weights(int low, int high, double center, double reach) {
      double[] exact = new double[high - low];
      for (int k = 0; k < exact.length; k++) {
        exact[k] = Math.max(0.0, 1.0 - Math.abs(low + k + 0.5 - center) / reach);
      }
      double sum = Arrays.stream(exact).sum();
      float[] weights = new float[exact.length];
      for (int k = 0; k < exact.length; k++) {
        weights[k] = sum > 0 ? (float) (exact[k] / sum) : 1f / exact.length;
      }
      return weights;
    }
  }
}

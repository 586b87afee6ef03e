// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.normalize;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.apache.spark.ml.linalg.SparseVector;

/**
 * Count, mean, sum of squared deviations, least and greatest value of each feature of one column,
 * in one pass and mergeable.
 *
 * <p>Means move by Welford's update (B. P. Welford, "Note on a method for calculating corrected
 * sums of squares and products", 1962), partitions are merged as Chan, Golub, LeVeque describe
 * ("Updating formulae and a pairwise algorithm for computing sample variances", 1979), so large
 * means do not cancel. Zeros are only counted and merged in at the end, as one group with mean 0: a
 * sparse vector then does the very same operations as a dense one. Missing entries (NaN, infinite)
 * are counted per feature and enter nothing. Not thread-safe.
 */
final class Moments {
  private static final int UNKNOWN = -1;

  private long rows;
  private long nullRows;
  private int width = UNKNOWN;
  private int otherWidth = UNKNOWN;
  private long[] missing = {};
  private long[] counts = {}; // of values that are not 0
  private double[] means = {}; // of the same
  private double[] squares = {}; // sums of their squared deviations
  private double[] lowers = {};
  private double[] uppers = {};

  /** Takes in a row whose values are all there, entry by entry. */
  void add(double[] row) {
    if (accept(row.length)) {
      for (int i = 0; i < row.length; i++) {
        add(i, row[i]);
      }
    }
  }

  /** Takes in a sparse row, without its zeros. */
  void add(SparseVector row) {
    if (accept(row.size())) {
      int[] places = row.indices();
      double[] values = row.values();
      for (int i = 0; i < places.length; i++) {
        add(places[i], values[i]);
      }
    }
  }

  /** Takes in a row that is null. */
  void addNull() {
    nullRows++;
  }

  private boolean accept(int length) {
    if (width == UNKNOWN) {
      width = length;
      missing = new long[length];
      counts = new long[length];
      means = new double[length];
      squares = new double[length];
      lowers = filled(length, Double.POSITIVE_INFINITY);
      uppers = filled(length, Double.NEGATIVE_INFINITY);
    } else if (length != width) {
      otherWidth = length;
      return false;
    }
    rows++;
    return true;
  }

  private void add(int i, double value) {
    if (!Double.isFinite(value)) {
      missing[i]++;
    } else if (value != 0) {
      long n = ++counts[i];
      double delta = value - means[i];
      means[i] += delta / n;
      squares[i] += delta * (value - means[i]);
      lowers[i] = Math.min(lowers[i], value);
      uppers[i] = Math.max(uppers[i], value);
    }
  }

  /** Takes in all that the other one has seen. */
  void merge(Moments other) {
    nullRows += other.nullRows;
    otherWidth = Math.max(otherWidth, other.otherWidth);
    if (other.width == UNKNOWN) {
      return;
    }
    if (width == UNKNOWN) {
      accept(other.width);
      rows = 0;
    } else if (other.width != width) {
      otherWidth = other.width;
      return;
    }
    rows += other.rows;
    for (int i = 0; i < width; i++) {
      missing[i] += other.missing[i];
      mergeGroup(i, other.counts[i], other.means[i], other.squares[i]);
      lowers[i] = Math.min(lowers[i], other.lowers[i]);
      uppers[i] = Math.max(uppers[i], other.uppers[i]);
    }
  }

  private void mergeGroup(int i, long count, double mean, double square) {
    if (count > 0) {
      double total = (double) counts[i] + count;
      double delta = mean - means[i];
      squares[i] += square + delta * delta * (counts[i] * (count / total));
      means[i] += delta * (count / total);
      counts[i] += count;
    }
  }

  /** Merges the zeros into each feature; nothing can be added afterwards. */
  Moments withZeros() {
    for (int i = 0; i < Math.max(width, 0); i++) {
      long zeros = rows - missing[i] - counts[i];
      if (zeros > 0) {
        mergeGroup(i, zeros, 0, 0);
        lowers[i] = Math.min(lowers[i], 0);
        uppers[i] = Math.max(uppers[i], 0);
      }
    }
    return this;
  }

  /** Features a row, or -1 if there was no row. */
  int width() {
    return width;
  }

  /** Another width that was met, or -1. */
  int otherWidth() {
    return otherWidth;
  }

  long nullRows() {
    return nullRows;
  }

  /** Entries that were NaN or infinite, of all features. */
  long missing() {
    return Arrays.stream(missing).sum();
  }

  /** The first feature without any value, or -1. */
  int emptyFeature() {
    for (int i = 0; i < width; i++) {
      if (missing[i] == rows) {
        return i;
      }
    }
    return -1;
  }

  double[] means() {
    return means.clone();
  }

  double[] lowers() {
    return lowers.clone();
  }

  double[] uppers() {
    return uppers.clone();
  }

  /** Standard deviations, over n - less values each; 0 for a single value. */
  double[] deviations(int less) {
    double[] result = new double[width];
    for (int i = 0; i < width; i++) {
      result[i] = Math.sqrt(squares[i] / Math.max(counts[i] - less, 1));
    }
    return result;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeLong(rows);
    out.writeLong(nullRows);
    out.writeInt(width);
    out.writeInt(otherWidth);
    for (int i = 0; i < width; i++) {
      out.writeLong(missing[i]);
      out.writeLong(counts[i]);
      out.writeDouble(means[i]);
      out.writeDouble(squares[i]);
      out.writeDouble(lowers[i]);
      out.writeDouble(uppers[i]);
    }
  }

  static Moments read(DataInputStream in) throws IOException {
    Moments result = new Moments();
    long rows = in.readLong();
    result.nullRows = in.readLong();
    int width = in.readInt();
    if (width != UNKNOWN) {
      result.accept(width);
    }
    result.rows = rows;
    result.otherWidth = in.readInt();
    for (int i = 0; i < width; i++) {
      result.missing[i] = in.readLong();
      result.counts[i] = in.readLong();
      result.means[i] = in.readDouble();
      result.squares[i] = in.readDouble();
      result.lowers[i] = in.readDouble();
      result.uppers[i] = in.readDouble();
    }
    return result;
  }

  private static double[] filled(int length, double value) {
    double[] result = new double[length];
    Arrays.fill(result, value);
    return result;
  }
}

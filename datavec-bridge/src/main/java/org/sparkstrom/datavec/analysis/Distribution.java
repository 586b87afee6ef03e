// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A column's distribution as a step function: what a quantile sketch has kept, as sorted values
 * with the number of rows that each stands for.
 *
 * <p>The sketch is KLL (Z. Karnin, K. Lang, E. Liberty, "Optimal quantile approximation in
 * streams", 2016). Least and greatest value are exact. Immutable.
 *
 * @param values distinct values in rising order
 * @param weights how many rows each stands for, at least 1
 * @param min the least value
 * @param max the greatest value
 * @param rankError by how much a share of rows may be off, 0 if all values were kept
 */
public record Distribution(
    List<Double> values, List<Long> weights, double min, double max, double rankError) {

  /** Checks the form, since it may come from a file. */
  public Distribution {
    values = List.copyOf(values);
    weights = List.copyOf(weights);
    boolean sound = !values.isEmpty() && values.size() == weights.size() && rankError >= 0;
    for (int i = 0; sound && i < values.size(); i++) {
      sound = weights.get(i) > 0 && Double.isFinite(values.get(i));
      sound &= i == 0 || values.get(i - 1) < values.get(i);
    }
    if (!sound || !(min <= values.get(0)) || !(max >= values.get(values.size() - 1))) {
      throw new IllegalArgumentException(
          "a distribution must have finite values in rising order from min to max and as many"
              + " positive weights, but has %d values from %s to %s and %d weights; analyse again"
                  .formatted(values.size(), min, max, weights.size()));
    }
  }

  /** Rows in all. */
  public long total() {
    return weights.stream().mapToLong(w -> w).sum();
  }

  /**
   * The least value that at least this share of rows does not exceed.
   *
   * @param share from 0 (the least value) to 1 (the greatest)
   */
  public double quantile(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share must be from 0 to 1, but is " + share);
    }
    if (share == 0) {
      return min;
    } else if (share == 1) {
      return max;
    }
    long wanted = Math.max(1, (long) Math.ceil(share * total()));
    long seen = 0;
    for (int i = 0; i < values.size(); i++) {
      seen += weights.get(i);
      if (seen >= wanted) {
        return values.get(i);
      }
    }
    return max;
  }

  /** The share of rows with values up to this one. */
  public double share(double value) {
    if (value < min) {
      return 0;
    }
    return value >= max ? 1 : rows(value, true) / (double) total();
  }

  private long rows(double value, boolean inclusive) {
    int place = Collections.binarySearch(values, value);
    int end = place >= 0 ? place + (inclusive ? 1 : 0) : -place - 1;
    return weights.subList(0, end).stream().mapToLong(w -> w).sum();
  }

  /**
   * Counts in bins of equal width, each without its upper edge but the last; one bin if min = max.
   */
  public Histogram histogram(int bins) {
    if (min == max) {
      return new Histogram(List.of(min, max), List.of(total()));
    }
    List<Double> edges = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    edges.add(min);
    long before = 0;
    for (int i = 1; i <= bins; i++) {
      double part = i / (double) bins;
      double edge = i == bins ? max : min * (1 - part) + max * part;
      long upTo = i == bins ? total() : rows(edge, false);
      edges.add(edge);
      counts.add(upTo - before);
      before = upTo;
    }
    return new Histogram(edges, counts);
  }
}

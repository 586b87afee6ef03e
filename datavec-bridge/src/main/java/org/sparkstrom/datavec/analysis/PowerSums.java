// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Count, mean and the sums of the second to fourth powers of deviations, in one pass and mergeable,
 * by P. Pébay, "Formulas for robust, one-pass parallel computation of covariances and
 * arbitrary-order statistical moments", 2008. Not thread-safe.
 */
final class PowerSums {
  private long count;
  private double mean;
  private double second;
  private double third;
  private double fourth;

  void add(double x) {
    double before = count;
    double n = ++count;
    double delta = x - mean;
    double step = Double.isFinite(delta) ? delta / n : x / n - mean / n;
    double term = delta * step * before;
    mean += step;
    fourth +=
        term * step * step * (n * n - 3 * n + 3) + 6 * step * step * second - 4 * step * third;
    third += term * step * (n - 2) - 3 * step * second;
    second += term;
  }

  void merge(PowerSums other) {
    if (other.count == 0) {
      return;
    }
    double a = count;
    double b = other.count;
    double n = a + b;
    double delta = other.mean - mean;
    double step = Double.isFinite(delta) ? delta / n : other.mean / n - mean / n;
    fourth +=
        other.fourth
            + delta * step * step * step * a * b * (a * a - a * b + b * b)
            + 6 * step * step * (a * a * other.second + b * b * second)
            + 4 * step * (a * other.third - b * third);
    third +=
        other.third
            + delta * step * step * a * b * (a - b)
            + 3 * step * (a * other.second - b * second);
    second += other.second + delta * step * a * b;
    mean += step * b;
    count += other.count;
  }

  long count() {
    return count;
  }

  double mean() {
    return mean;
  }

  /** The variance over n - 1; NaN below two values. */
  double sampleVariance() {
    return count > 1 ? second / (double) (count - 1) : Double.NaN;
  }

  /** The skewness over n, as Spark's; NaN for equal values. */
  double skewness() {
    return second == 0
        ? Double.NaN
        : Math.sqrt((double) count) * third / Math.sqrt(second * second * second);
  }

  /** The excess kurtosis over n, as Spark's; NaN for equal values. */
  double kurtosis() {
    return second == 0 ? Double.NaN : count * fourth / (second * second) - 3;
  }

  void write(DataOutputStream out) throws IOException {
    out.writeLong(count);
    out.writeDouble(mean);
    out.writeDouble(second);
    out.writeDouble(third);
    out.writeDouble(fourth);
  }

  static PowerSums read(DataInputStream in) throws IOException {
    PowerSums sums = new PowerSums();
    sums.count = in.readLong();
    sums.mean = in.readDouble();
    sums.second = in.readDouble();
    sums.third = in.readDouble();
    sums.fourth = in.readDouble();
    return sums;
  }
}

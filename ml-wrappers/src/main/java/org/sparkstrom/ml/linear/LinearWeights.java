// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.linear;

import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.ml.linalg.Vector;

/**
 * The state of a linear classifier: what it predicts with, the mean of the weights after each row,
 * and what training goes on from. Arrays are float64 [classes, features + 1], class by class, the
 * last of a class being its intercept; they are not copied, and nobody may change them.
 *
 * <p>Immutable; travels in broadcasts.
 */
public final class LinearWeights implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int classes;
  private final int features;
  private final double[] average;
  private final double[] current;
  private final double seen;

  /**
   * Weights as they are.
   *
   * @param classes at least 2
   * @param features at least 1
   * @param average the mean of the weights after each row of all passes
   * @param current the weights at the end of the last pass
   * @param seen sum of the weights of all rows of all passes, which the mean is over
   */
  public LinearWeights(int classes, int features, double[] average, double[] current, double seen) {
    long length = lengthOf(classes, features);
    if (average.length != length || current.length != length || !(seen >= 0)) {
      throw new IllegalArgumentException(
          "weights of %d classes and %d features must be %d numbers, but are %d and %d; save the model again"
              .formatted(classes, features, length, average.length, current.length));
    }
    this.classes = classes;
    this.features = features;
    this.average = average;
    this.current = current;
    this.seen = seen;
  }

  /** Number of classes. */
  public int classes() {
    return classes;
  }

  /** Number of features. */
  public int features() {
    return features;
  }

  /** The mean of the weights after each row of all passes, which predicts. */
  public double[] average() {
    return average;
  }

  /** The weights at the end of the last pass, from which training goes on. */
  public double[] current() {
    return current;
  }

  /** Sum of the weights of all rows of all passes. */
  public double seen() {
    return seen;
  }

  /** Weights of 0 that have seen no row. */
  public static LinearWeights zero(int classes, int features) {
    int length = Math.toIntExact(lengthOf(classes, features));
    return new LinearWeights(classes, features, new double[length], new double[length], 0);
  }

  private static long lengthOf(int classes, int features) {
    long length = classes * (features + 1L);
    if (classes < 2 || features < 1 || length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "a linear classifier must have at least 2 classes, 1 feature and fewer than 2^31 weights, but has %d classes and %d features; hash to fewer features"
              .formatted(classes, features));
    }
    return length;
  }

  /** The scores of the classes for a row. */
  public double[] scores(Vector vector) {
    if (vector.size() != features) {
      throw new IllegalArgumentException(
          "a row must have as many features as the model, %d, but has %d"
              .formatted(features, vector.size()));
    }
    return scores(new LinearRow(0, 1, vector), average, classes, features);
  }

  static double[] scores(LinearRow row, double[] weights, int classes, int features) {
    double[] scores = new double[classes];
    for (int i = 0; i < classes; i++) {
      int offset = i * (features + 1);
      scores[i] = row.dot(weights, offset) + weights[offset + features];
    }
    return scores;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LinearWeights that
        && classes == that.classes
        && features == that.features
        && seen == that.seen
        && Arrays.equals(average, that.average)
        && Arrays.equals(current, that.current);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(average) + Arrays.hashCode(current);
  }

  @Override
  public String toString() {
    return "LinearWeights[%d classes, %d features]".formatted(classes, features);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import java.io.Serializable;
import java.util.Locale;
import java.util.Objects;

/**
 * When a fit ends before its last epoch: when a figure on the validation rows gets no better, or is
 * good enough.
 *
 * <p>The result is the network of the best epoch, also if the fit runs to its last one.
 *
 * @param metric name of the figure: "loss", "accuracy", "mse" or "mae"; in a network of several
 *     outputs the name of one before it, as in "price/mse"; empty for no early stopping
 * @param patience epochs without improvement after which the fit ends
 * @param minDelta how much better than the best so far an epoch must be to count as better
 * @param target figure that is good enough, so that the fit ends with that epoch; NaN for none
 */
public record EarlyStopping(String metric, int patience, double minDelta, double target)
    implements Serializable {

  /** Runs all epochs and takes the last network. */
  public static final EarlyStopping OFF = new EarlyStopping("", 0, 0, Double.NaN);

  public EarlyStopping {
    Objects.requireNonNull(metric, "metric");
    if (!metric.isEmpty() && patience < 1) {
      throw new IllegalArgumentException("patience must be at least 1 epoch, but is " + patience);
    }
    if (!(minDelta >= 0) || Double.isInfinite(minDelta)) {
      throw new IllegalArgumentException("minDelta must be at least 0, but is " + minDelta);
    }
    if (Double.isInfinite(target)) {
      throw new IllegalArgumentException(
          "target must be finite, or NaN for none, but is " + target);
    }
    if (metric.isEmpty() && !Double.isNaN(target)) {
      throw new IllegalArgumentException(
          "a target of %s needs a metric that is to reach it, as in EarlyStopping.at(\"accuracy\", %s)"
              .formatted(target, target));
    }
  }

  /** Stops when the figure has not become better for so many epochs. */
  public static EarlyStopping on(String metric, int patience) {
    return new EarlyStopping(metric, patience, 0, Double.NaN);
  }

  /** Stops when the figure is as good as the target or better. */
  public static EarlyStopping at(String metric, double target) {
    if (Double.isNaN(target)) {
      throw new IllegalArgumentException(
          "the target of " + metric + " must be a number, but is NaN");
    }
    return new EarlyStopping(metric, Integer.MAX_VALUE, 0, target);
  }

  /** The same with another least improvement. */
  public EarlyStopping withMinDelta(double delta) {
    return new EarlyStopping(metric, patience, delta, target);
  }

  /** The same, and stops as well when the figure is as good as the target or better. */
  public EarlyStopping withTarget(double figure) {
    return new EarlyStopping(metric, patience, minDelta, figure);
  }

  /** Whether epochs are compared at all. */
  public boolean isOn() {
    return !metric.isEmpty();
  }

  /** The figure as a score: higher is better, NaN is worse than all. */
  double score(double figure) {
    return isHigherBetter(metric) ? figure : -figure;
  }

  /** Whether an epoch counts as better than the best before it. */
  boolean isBetter(double score, double best) {
    return !Double.isNaN(score) && (Double.isNaN(best) || score > best + minDelta);
  }

  /** Whether a score is good enough to end the fit. */
  boolean isReached(double score) {
    return score >= score(target); // false if one of them is NaN
  }

  private static boolean isHigherBetter(String metric) {
    return metric.toLowerCase(Locale.ROOT).endsWith("accuracy");
  }
}

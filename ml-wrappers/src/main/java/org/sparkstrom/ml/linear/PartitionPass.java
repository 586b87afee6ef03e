// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.linear;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/**
 * One pass over the rows of one partition.
 *
 * <p>With c_j the weight of the rows before row j and d_j what row j adds to the weights, the sum
 * of the weights after each row, each times its row's weight, is C w - sum(c_j d_j), C being the
 * weight of all rows and w the weights at the end. So two arrays suffice, and a row touches only
 * its own features.
 */
final class PartitionPass {

  /** What all passes of an iteration have in common; travels into tasks. */
  record Setup(
      LinearLoss loss,
      double stepSize,
      InterceptUse intercept,
      long seed,
      int classes,
      int features)
      implements Serializable {}

  private final Setup setup;
  private final double[] weights;
  private final double[] late; // sum of c_j d_j
  private double weight; // of the rows so far

  /** A pass from these weights, which are not changed. */
  PartitionPass(Setup setup, double[] from) {
    this.setup = setup;
    this.weights = from.clone();
    this.late = new double[from.length];
  }

  /** Trains on all rows, in an order that depends on seed, iteration and partition alone. */
  void run(Iterator<LinearRow> rows, int iteration, int partition) {
    List<LinearRow> all = new ArrayList<>();
    rows.forEachRemaining(all::add);
    long mixed = (setup.seed() * 31 + iteration) * 0x9E3779B97F4A7C15L + partition;
    Collections.shuffle(all, new Random(mixed));
    all.forEach(this::train);
  }

  /** Makes the step of a row. */
  void train(LinearRow row) {
    double[] steps = LinearWeights.scores(row, weights, setup.classes(), setup.features());
    setup.loss().steps(steps, row.label(), setup.stepSize() * row.weight());
    for (int i = 0; i < steps.length; i++) {
      if (steps[i] != 0) {
        int offset = i * (setup.features() + 1);
        row.addTo(weights, offset, steps[i]);
        row.addTo(late, offset, steps[i] * weight);
        if (setup.intercept() == InterceptUse.FITTED) {
          weights[offset + setup.features()] += steps[i];
          late[offset + setup.features()] += steps[i] * weight;
        }
      }
    }
    weight += row.weight();
  }

  /** The weights at the end. */
  double[] weights() {
    return weights;
  }

  /** The sum of c_j d_j. */
  double[] late() {
    return late;
  }

  /** The weight of all rows. */
  double weight() {
    return weight;
  }
}

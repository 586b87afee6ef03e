// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a row counts at each output of the network: its weight times that of its class, divided by
 * the mean of this product over all rows that are trained on.
 *
 * <p>These are the label masks of a batch, with which {@code LiveNetwork} multiplies the loss of a
 * row. DL4J divides the sum over a batch by the number of rows, whatever they weigh, so with a mean
 * of 1 over the data this is the weighted mean of the loss: exactly in a batch of all rows, where
 * weight 2 equals a second copy of the row; and in smaller batches without bias, as each row's
 * share of an epoch is its weight. The divisor is one of the whole data and not of a batch, so N
 * workers with batches of b rows take the step of one worker with the N * b rows together.
 *
 * <p>For sequences the mean of the rows' weights is over rows, as DL4J divides by rows, and that of
 * the class weights over steps. Immutable.
 */
public final class LabelWeights implements Serializable {
  private static final long serialVersionUID = 1L;

  private final boolean rowsWeighted;
  private final ClassWeights classes;
  private final double[] means;

  private LabelWeights(boolean rowsWeighted, ClassWeights classes, double[] means) {
    this.rowsWeighted = rowsWeighted;
    this.classes = classes;
    this.means = means;
  }

  /** Weights of a network with so many outputs where all rows count the same. */
  public static LabelWeights none(int outputs) {
    double[] means = new double[outputs];
    Arrays.fill(means, 1);
    return new LabelWeights(false, ClassWeights.of(Map.of(), List.of()), means);
  }

  /**
   * Weights with a mean of 1 over the data.
   *
   * @throws IllegalArgumentException if all rows weigh 0
   */
  static LabelWeights of(WeightColumn column, ClassWeights classes, List<PartitionSurvey> surveys) {
    int outputs = surveys.get(0).weightSums().length;
    double rows = surveys.stream().mapToLong(PartitionSurvey::usedRows).sum();
    double rowWeights = surveys.stream().mapToDouble(PartitionSurvey::rowWeightSum).sum();
    double[] means = new double[outputs];
    for (int output = 0; output < outputs; output++) {
      int index = output;
      double sum = surveys.stream().mapToDouble(s -> s.weightSums()[index]).sum();
      double withClasses = surveys.stream().mapToDouble(s -> s.classWeightSums()[index]).sum();
      means[output] = rowWeights / rows * (withClasses / sum);
      if (!(means[output] > 0)) {
        throw new IllegalArgumentException(
            "at least one row must weigh more than 0, but all %d rows weigh 0 (weight column '%s', class weights); correct the weights"
                .formatted((long) rows, column.name()));
      }
    }
    return new LabelWeights(column.exists(), classes, means);
  }

  /** True if rows or classes have weights at that output. */
  boolean apply(int output) {
    return rowsWeighted || classes.apply(output);
  }

  /** What a row, or a step of it, counts. */
  float of(int output, float rowWeight, int classIndex) {
    double product = classes.apply(output) ? rowWeight * classes.weight(classIndex) : rowWeight;
    return (float) (product / means[output]);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Objects;

/**
 * What one partition of the training data holds, found in one pass before training starts.
 *
 * <p>Not a record, because it is a task's result: that goes through {@code spark.serializer}, and
 * the Kryo of Spark 3.5 cannot read records. Columns are counted features first, then labels.
 */
final class PartitionSurvey implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int partition;
  private final int inputs;
  private Shapes shapes;
  private final boolean[] narrow;
  private final int[] minSteps;
  private final int[] maxSteps;
  private final double[] weightSums;
  private final double[] classWeightSums;
  private double rowWeightSum;
  private long rows;
  private long usedRows;
  private long validationRows;
  private long problemRow = -1;
  private String problem = "";

  /** A survey that has seen no row. */
  PartitionSurvey(int partition, int inputs, int outputs) {
    this.partition = partition;
    this.inputs = inputs;
    this.shapes = new Shapes(inputs + outputs);
    this.narrow = new boolean[inputs];
    Arrays.fill(narrow, true);
    this.minSteps = new int[inputs + outputs];
    Arrays.fill(minSteps, Integer.MAX_VALUE);
    this.maxSteps = new int[inputs + outputs];
    this.weightSums = new double[outputs];
    this.classWeightSums = new double[outputs];
  }

  /** Counts one row; the first that is an error is remembered. */
  void add(RowCheck.Verdict verdict, RowValues values, ClassWeights classes) {
    if (verdict.kind() == RowCheck.Verdict.Kind.USE) {
      use(values, classes);
    } else if (verdict.kind() == RowCheck.Verdict.Kind.ERROR && !hasProblem()) {
      problemRow = rows;
      problem = Objects.requireNonNull(verdict.text());
    }
    rows++;
  }

  /** Takes over the shapes that the rows had. Call once, after the last row. */
  void finish(RowValues values) {
    shapes = values.shapes();
  }

  private void use(RowValues values, ClassWeights classes) {
    for (int column = 0; column < maxSteps.length; column++) {
      int steps = values.cell(column).steps();
      minSteps[column] = Math.min(minSteps[column], steps);
      maxSteps[column] = Math.max(maxSteps[column], steps);
    }
    for (int input = 0; input < inputs; input++) {
      narrow[input] = narrow[input] && isNarrow(values.cell(input));
    }
    if (values.isValidation()) {
      validationRows++;
      return;
    }
    usedRows++;
    rowWeightSum += values.weight();
    for (int output = 0; output < weightSums.length; output++) {
      Cell label = values.label(output);
      weightSums[output] += (double) values.weight() * label.steps();
      classWeightSums[output] += values.weight() * classWeight(classes, output, label);
    }
  }

  private static double classWeight(ClassWeights classes, int output, Cell label) {
    if (!classes.apply(output)) {
      return label.steps();
    }
    double sum = 0;
    for (int step = 0; step < label.steps(); step++) {
      sum += classes.weight((int) label.values()[step]);
    }
    return sum;
  }

  private static boolean isNarrow(Cell cell) {
    int count = cell.count();
    float[] values = cell.values();
    for (int i = 0; i < count; i++) {
      if (!RowEncoder.isNarrow(values[i])) {
        return false;
      }
    }
    return true;
  }

  int partition() {
    return partition;
  }

  /** Shapes of the columns' values, as far as rows had any. */
  Shapes shapes() {
    return shapes;
  }

  /** True if all values of a features column are integers from 0 to 255. */
  boolean isNarrow(int input) {
    return narrow[input];
  }

  /** Steps of the shortest sequence; the largest int if no row was used. */
  int minSteps(int column) {
    return minSteps[column];
  }

  /** Steps of the longest sequence; 0 if no row was used. */
  int maxSteps(int column) {
    return maxSteps[column];
  }

  /** Sum of the weights of the rows for training. */
  double rowWeightSum() {
    return rowWeightSum;
  }

  /** For each output, the sum of the row weights of all steps. */
  double[] weightSums() {
    return weightSums;
  }

  /** For each output, the sum of row weight times class weight of all steps. */
  double[] classWeightSums() {
    return classWeightSums;
  }

  /** All rows, including those that the policy skips. */
  long rows() {
    return rows;
  }

  /** Rows that will be trained on. */
  long usedRows() {
    return usedRows;
  }

  /** Rows that are kept for validation. */
  long validationRows() {
    return validationRows;
  }

  /** True if a row must stop the fit. */
  boolean hasProblem() {
    return !problem.isEmpty();
  }

  /** Place in the partition of the first row that must stop the fit; -1 if there is none. */
  long problemRow() {
    return problemRow;
  }

  /** What is wrong with that row, as a sentence without the place; empty if there is none. */
  String problem() {
    return problem;
  }
}

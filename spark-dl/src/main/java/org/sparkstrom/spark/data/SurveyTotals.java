// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What all partitions of the training data hold together, checked on the driver.
 *
 * @param shapes shapes of the columns' values
 * @param surveys the partitions, in their order
 */
record SurveyTotals(Shapes shapes, List<PartitionSurvey> surveys) {

  /**
   * Adds up the partitions.
   *
   * @throws IllegalArgumentException if a row must stop the fit, columns differ in shape from
   *     partition to partition, or no row is left to train on
   */
  static SurveyTotals of(List<PartitionSurvey> surveys, RowCheck check) {
    Shapes shapes = new Shapes(check.columns());
    long rowsBefore = 0;
    for (PartitionSurvey survey : surveys) {
      if (survey.hasProblem()) {
        throw new IllegalArgumentException(
            "row %d (partition %d, row %d in it): %s"
                .formatted(
                    rowsBefore + survey.problemRow(),
                    survey.partition(),
                    survey.problemRow(),
                    survey.problem()));
      }
      for (int column = 0; column < shapes.count(); column++) {
        if (survey.shapes().isKnown(column)) {
          merge(shapes, survey, column, check.column(column));
        }
      }
      rowsBefore += survey.rows();
    }
    SurveyTotals totals = new SurveyTotals(shapes, surveys);
    totals.requireRows(check);
    return totals;
  }

  private static void merge(
      Shapes shapes, PartitionSurvey survey, int column, TensorReader reader) {
    int[] shape = survey.shapes().get(column);
    if (!shapes.isKnown(column)) {
      shapes.learn(column, shape);
    } else if (!Arrays.equals(shape, shapes.get(column))) {
      throw new IllegalArgumentException(
          "%s column '%s' has %s values in partition %d, but %s in the partitions before it; all rows must have as many"
              .formatted(
                  reader.role(),
                  reader.column(),
                  RowCheck.text(shape),
                  survey.partition(),
                  RowCheck.text(shapes.get(column))));
    }
  }

  private void requireRows(RowCheck check) {
    if (rows() == 0) {
      throw new IllegalArgumentException(
          "the data to fit must have at least one row, but is empty; check the filters and joins "
              + "that made it");
    }
    boolean known = IntStream.range(0, shapes.count()).allMatch(shapes::isKnown);
    if (!known || usedRows() + validationRows() == 0) {
      throw new IllegalArgumentException(
          "the data to fit must have at least one valid row, but none of its %d rows is: column %s is null or not finite in all of them"
              .formatted(rows(), names(check)));
    }
    if (usedRows() == 0) {
      throw new IllegalArgumentException(
          "at least one row must be for training, but validationIndicator column '%s' is true in all %d valid rows"
              .formatted(check.validation().name(), validationRows()));
    }
  }

  private static String names(RowCheck check) {
    StringBuilder names = new StringBuilder();
    for (int column = 0; column < check.columns(); column++) {
      names.append(column == 0 ? "'" : " or '").append(check.column(column).column()).append('\'');
    }
    return names.toString();
  }

  long rows() {
    return surveys.stream().mapToLong(PartitionSurvey::rows).sum();
  }

  long usedRows() {
    return surveys.stream().mapToLong(PartitionSurvey::usedRows).sum();
  }

  long validationRows() {
    return surveys.stream().mapToLong(PartitionSurvey::validationRows).sum();
  }

  int minSteps(int column) {
    return surveys.stream().mapToInt(survey -> survey.minSteps(column)).min().orElseThrow();
  }

  int maxSteps(int column) {
    return surveys.stream().mapToInt(survey -> survey.maxSteps(column)).max().orElseThrow();
  }

  boolean isNarrow(int input) {
    return surveys.stream().allMatch(survey -> survey.isNarrow(input));
  }
}

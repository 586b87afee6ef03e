// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.Objects;

/**
 * What one partition of the training data holds, found in one pass before training starts.
 *
 * <p>Not a record, because it is a task's result: that goes through {@code spark.serializer}, and
 * the Kryo of Spark 3.5 cannot read records.
 */
final class PartitionSurvey implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int partition;
  private final int featureCount;
  private long rows;
  private long usedRows;
  private long problemRow = -1;
  private String problem = "";

  /**
   * A survey that has seen no row.
   *
   * @param partition Spark's number of the partition
   * @param featureCount features of the first row that has any; 0 if there is none
   */
  PartitionSurvey(int partition, int featureCount) {
    this.partition = partition;
    this.featureCount = featureCount;
  }

  /** The same survey, now that the number of features is known. */
  PartitionSurvey withFeatureCount(int count) {
    PartitionSurvey survey = new PartitionSurvey(partition, count);
    survey.rows = rows;
    survey.usedRows = usedRows;
    survey.problemRow = problemRow;
    survey.problem = problem;
    return survey;
  }

  /** Counts one row; the first that is an error is remembered. */
  void add(RowCheck.Verdict verdict) {
    if (verdict.kind() == RowCheck.Verdict.Kind.USE) {
      usedRows++;
    } else if (verdict.kind() == RowCheck.Verdict.Kind.ERROR && !hasProblem()) {
      problemRow = rows;
      problem = Objects.requireNonNull(verdict.text());
    }
    rows++;
  }

  int partition() {
    return partition;
  }

  int featureCount() {
    return featureCount;
  }

  /** All rows, including those that the policy skips. */
  long rows() {
    return rows;
  }

  /** Rows that will be trained on. */
  long usedRows() {
    return usedRows;
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

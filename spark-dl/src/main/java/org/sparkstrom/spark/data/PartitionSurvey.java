// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;

/**
 * What one partition of the training data holds, found in one pass before training starts.
 *
 * @param partition Spark's number of the partition
 * @param rows all rows, including those that the policy skips
 * @param usedRows rows that will be trained on
 * @param featureCount features of the first row that has any; 0 if there is none
 * @param problem the first thing in the partition that must stop the fit; empty if there is none
 */
record PartitionSurvey(int partition, long rows, long usedRows, int featureCount, Problem problem)
    implements Serializable {

  /**
   * A row that must stop the fit.
   *
   * @param row place of the row in its partition, 0-based
   * @param text what is wrong, as a sentence without the place; empty for no problem
   */
  record Problem(long row, String text) implements Serializable {
    static final Problem NONE = new Problem(-1, "");

    boolean exists() {
      return !text.isEmpty();
    }
  }
}

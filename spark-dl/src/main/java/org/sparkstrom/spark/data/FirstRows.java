// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.io.Serializable;
import java.util.List;

/** Where each partition's rows stand among all rows of the data that have the same use. */
final class FirstRows implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] training;
  private final long[] validation;

  /** The places in data that was surveyed; partitions in their order. */
  FirstRows(List<PartitionSurvey> surveys) {
    training = new long[surveys.size()];
    validation = new long[surveys.size()];
    for (int i = 1; i < surveys.size(); i++) {
      training[i] = training[i - 1] + surveys.get(i - 1).usedRows();
      validation[i] = validation[i - 1] + surveys.get(i - 1).validationRows();
    }
  }

  /** Number of the first row for training of a partition. */
  long training(int partition) {
    return training[partition];
  }

  /** Number of the first row for validation of a partition. */
  long validation(int partition) {
    return validation[partition];
  }
}

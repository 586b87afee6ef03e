// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import org.apache.spark.sql.types.DataType;

/** What an output of a model gives for a batch. */
public interface OutputValues {

  /** Rows that it has values of. */
  long rows();

  /**
   * The value of a row for a column.
   *
   * @param column type of the column
   * @throws IllegalArgumentException if such a column cannot hold it
   */
  Object value(int row, DataType column);
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import java.io.Serializable;
import java.util.Iterator;

/** What becomes of the rows of a partition. Travels to the executors, so it must be a record. */
@FunctionalInterface
public interface RowsFunction extends Serializable {

  /**
   * The rows that go on, made by {@link PartitionRows#append}, each used before the next is made.
   *
   * @param rows of the partition; there is at least one
   */
  Iterator<AppendedRow> call(PartitionRows rows);
}

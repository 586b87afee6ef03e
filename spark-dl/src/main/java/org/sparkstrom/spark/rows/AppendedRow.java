// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import org.apache.spark.sql.catalyst.InternalRow;

/**
 * A row that goes on with further columns. It exists so that who maps partitions need not see
 * Spark's own class; made by {@link PartitionRows} alone.
 */
public final class AppendedRow {

  private final InternalRow row;

  AppendedRow(InternalRow row) {
    this.row = row;
  }

  InternalRow row() {
    return row;
  }
}

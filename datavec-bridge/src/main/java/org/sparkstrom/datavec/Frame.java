// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows between two segments of a process: the stored columns of the schema at that place ({@link
 * StoredColumns}), c0, c1, ..., then those that are passed through, p0, p1, ...
 *
 * @param passed what the user calls the columns that are passed through
 */
record Frame(Dataset<Row> rows, List<String> passed) {

  /** The names that the columns passed through have here. */
  List<String> passedNames() {
    return CompiledRun.names("p", passed.size());
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The function that Spark calls for a partition.
 *
 * @param schema of the input
 * @param readers read the columns that the function asks for
 * @param appended the new columns
 * @param function what becomes of the rows
 */
record RowsTask(
    StructType schema,
    List<StoredReader> readers,
    List<StructField> appended,
    RowsFunction function)
    implements MapPartitionsFunction<InternalRow, InternalRow> {

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    Iterator<AppendedRow> result =
        function.call(new PartitionRows(rows, schema, readers, appended));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return result.hasNext();
      }

      @Override
      public InternalRow next() {
        return result.next().row();
      }
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.Writable;

/**
 * Makes records of rows, in a task. Only this record crosses into the task.
 *
 * @param json the schema of the records
 * @param input the rows' columns: those of the schema as {@link StoredColumns} has them
 */
record RowsToRecords(String json, HandleInvalid policy, StructType input)
    implements FlatMapFunction<Iterator<Row>, List<Writable>> {

  @Override
  public Iterator<List<Writable>> call(Iterator<Row> rows) {
    RecordReader reader = RecordReader.of(Schema.fromJson(json), policy, input);
    InvalidRows invalid = new InvalidRows(policy, reader.columns(), SkipCount.NONE);
    return new PresentValues<>(
        rows,
        row -> {
          try {
            return Optional.of(reader.read(row));
          } catch (InvalidValueException e) {
            return invalid.handle(e, () -> reader.values(row));
          }
        });
  }
}

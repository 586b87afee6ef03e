// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.Writable;

/**
 * Makes rows of records, in a task: with the columns of the schema as {@link StoredColumns} has
 * them. Only this record crosses into the task.
 *
 * @param json the schema of the records
 */
record RecordsToRows(String json, HandleInvalid policy)
    implements FlatMapFunction<Iterator<List<Writable>>, Row> {

  @Override
  public Iterator<Row> call(Iterator<List<Writable>> records) {
    Schema schema = Schema.fromJson(json);
    List<String> columns = schema.getColumnNames();
    RecordWriter writer = RecordWriter.of(schema, true, policy);
    InvalidRows invalid = new InvalidRows(policy, columns, SkipCount.NONE);
    return new PresentValues<>(
        records,
        record -> {
          try {
            RecordTask.requireWidth(record, columns, policy);
            return Optional.of(RowFactory.create(writer.write(record, 0)));
          } catch (InvalidValueException e) {
            return invalid.handle(e, () -> record);
          }
        });
  }
}

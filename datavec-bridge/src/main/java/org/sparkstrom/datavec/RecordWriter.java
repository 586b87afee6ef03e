// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;

/**
 * Writes the record that a run of steps ends with as the first values of a row. Built in a task,
 * once for a partition.
 *
 * @param schema the columns after the last step
 * @param checksResult whether these are the process's results
 */
record RecordWriter(
    Schema schema, boolean checksResult, HandleInvalid policy, List<OutputColumn> writers) {

  static RecordWriter of(Schema schema, boolean checksResult, HandleInvalid policy) {
    List<OutputColumn> writers = new ArrayList<>();
    for (StructField field : StoredColumns.of(schema).fields()) {
      writers.add(OutputColumn.of(field.dataType(), TimeClasses.JAVA_TIME));
    }
    return new RecordWriter(schema, checksResult, policy, writers);
  }

  /**
   * The values of the record, and room for more behind them.
   *
   * @throws InvalidValueException when one does not fit its column, and the policy is not to keep
   *     it
   */
  Object[] write(List<Writable> record, int more) {
    Object[] values = new Object[writers.size() + more];
    for (int i = 0; i < writers.size(); i++) {
      Writable value = record.get(i);
      try {
        values[i] = writers.get(i).write(value);
        if (checksResult) {
          StoredColumns.requireStorable(schema.getMetaData(i), values[i]);
        }
      } catch (RuntimeException e) {
        if (policy != HandleInvalid.KEEP) {
          String name = schema.getName(i);
          throw new InvalidValueException(
              "column '" + name + "'", RefusedValue.ofResult(name, value), e);
        }
        values[i] = writers.get(i).write(NullWritable.INSTANCE);
      }
    }
    return values;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;

/**
 * Writes a sequence as the first values of a row, which are arrays. Built in a task, once for a
 * partition.
 *
 * @param schema the columns of a time step
 * @param checksResult whether these are the process's results
 */
record SequenceWriter(
    Schema schema, boolean checksResult, HandleInvalid policy, List<OutputColumn> writers) {

  static SequenceWriter of(
      Schema schema,
      boolean checksResult,
      HandleInvalid policy,
      StructType output,
      TimeClasses times) {
    List<OutputColumn> writers = new ArrayList<>();
    for (int i = 0; i < schema.numColumns(); i++) {
      StructField field = output.fields()[i];
      writers.add(OutputColumn.of(((ArrayType) field.dataType()).elementType(), times));
    }
    return new SequenceWriter(schema, checksResult, policy, writers);
  }

  /**
   * The arrays of the sequence, and room for more behind them.
   *
   * @throws InvalidValueException when a value does not fit its column, and the policy is not to
   *     keep it
   */
  Object[] write(List<List<Writable>> sequence, int more) {
    Object[] arrays = new Object[writers.size() + more];
    for (int i = 0; i < writers.size(); i++) {
      Object[] values = new Object[sequence.size()];
      for (int step = 0; step < values.length; step++) {
        values[step] = write(i, step, sequence.get(step).get(i));
      }
      arrays[i] = values;
    }
    return arrays;
  }

  private Object write(int column, int step, Writable value) {
    try {
      Object written = writers.get(column).write(value);
      if (checksResult) {
        StoredColumns.requireStorable(schema.getMetaData(column), written);
      }
      return written;
    } catch (RuntimeException e) {
      if (policy != HandleInvalid.KEEP) {
        String name = schema.getName(column);
        throw new InvalidValueException(
            "column '" + name + "', time step " + (step + 1),
            RefusedValue.ofResult(name, value),
            e);
      }
      return writers.get(column).write(NullWritable.INSTANCE);
    }
  }
}

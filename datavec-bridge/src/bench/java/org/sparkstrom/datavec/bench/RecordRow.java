// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.bench;

import java.util.List;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.Writable;

/**
 * Makes rows of records, as users of datavec-spark do who go on with a DataFrame: its own {@code
 * DataFrames.toDataFrame} takes no text.
 */
record RecordRow() implements Function<List<Writable>, Row> {
  @Override
  public Row call(List<Writable> record) {
    Object[] values = new Object[record.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(record.get(i));
    }
    return RowFactory.create(values);
  }

  private static Object value(Writable writable) {
    if (writable instanceof IntWritable number) {
      return number.get();
    } else if (writable instanceof LongWritable number) {
      return number.get();
    } else if (writable instanceof DoubleWritable number) {
      return number.get();
    }
    return writable.toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.bench;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * Makes records of rows, as users of datavec-spark do: its own {@code DataFrames.toRecords} takes
 * no text.
 */
record RowRecord() implements Function<Row, List<Writable>> {
  @Override
  public List<Writable> call(Row row) {
    List<Writable> record = new ArrayList<>(row.size());
    for (int i = 0; i < row.size(); i++) {
      record.add(writable(row.get(i)));
    }
    return record;
  }

  private static Writable writable(Object value) {
    if (value instanceof Integer number) {
      return new IntWritable(number);
    } else if (value instanceof Long number) {
      return new LongWritable(number);
    } else if (value instanceof Double number) {
      return new DoubleWritable(number);
    } else if (value instanceof String text) {
      return new Text(text);
    }
    throw new IllegalArgumentException("the table has numbers and text, but a value is " + value);
  }
}

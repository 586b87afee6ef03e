// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.sparkstrom.datavec.column.RefusedValueException;

/** Makes the samples of each row of a partition, one behind the other as they are asked for. */
final class PerturbedRows implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final SampleColumns columns;
  private final LocalMethod method;
  private final RowPolicy policy;

  PerturbedRows(SampleColumns columns, LocalMethod method, RowPolicy policy) {
    this.columns = columns;
    this.method = method;
    this.policy = policy;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Samples(rows, RowNumber.of(TaskContext.getPartitionId(), 0));
  }

  private final class Samples implements Iterator<Row> {
    private final Iterator<Row> rows;
    private RowNumber following;
    private RowNumber number;
    private Row row;
    private Neighborhood neighborhood; // null of a row that is kept without an explanation
    private int sample;
    private int end; // of the row's samples

    Samples(Iterator<Row> rows, RowNumber first) {
      this.rows = rows;
      this.following = first;
    }

    @Override
    public boolean hasNext() {
      while (sample >= end && rows.hasNext()) {
        row = rows.next();
        number = following;
        following = number.next();
        open();
      }
      return sample < end;
    }

    private void open() {
      try {
        neighborhood = method.around(columns.inputs(row));
        sample = 0;
        end = neighborhood.size();
      } catch (RefusedValueException e) {
        neighborhood = null;
        sample = SampleColumns.UNEXPLAINED;
        end = policy.keeps(e, number) ? sample + 1 : sample;
      }
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the partition has no more rows");
      }
      Object[] inputs = neighborhood == null ? method.placeholder() : neighborhood.sample(sample);
      return columns.sample(row, inputs, number, sample++);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;

/**
 * A reduce in a task, by DataVec's own operations: takes rows that are sorted by group, holds one
 * group's operations at a time, and gives one row for each group. Only this record crosses into the
 * task.
 *
 * @param json the process
 * @param place the place of the reduce among the steps, from 0
 * @param input the columns that come in: those of the schema before the reduce, with times as epoch
 *     milliseconds, then those that tell the groups apart
 * @param groupColumns how many columns tell the groups apart
 */
record GroupTask(String json, int place, StructType input, int groupColumns)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    TransformProcess process = ProcessJson.read(json);
    Reduction reduction = Reduction.of(Step.of(process).get(place));
    StepRange range = new StepRange(place, place + 1, false);
    RecordReader reader = RecordReader.of(process, range, HandleInvalid.ERROR, input);
    RecordWriter writer = RecordWriter.of(reduction.step().output(), false, HandleInvalid.ERROR);
    return new Groups(rows, reduction, reader, writer);
  }

  /** One row for each run of rows of one group. */
  private final class Groups implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final Reduction reduction;
    private final RecordReader reader;
    private final RecordWriter writer;
    private Row ahead;

    Groups(Iterator<Row> rows, Reduction reduction, RecordReader reader, RecordWriter writer) {
      this.rows = rows;
      this.reduction = reduction;
      this.reader = reader;
      this.writer = writer;
      advance();
    }

    @Override
    public boolean hasNext() {
      return ahead != null;
    }

    @Override
    public Row next() {
      if (ahead == null) {
        throw new NoSuchElementException("no more groups");
      }
      Row first = ahead;
      GroupReduction group = new GroupReduction(reduction);
      while (ahead != null && isOneGroup(first, ahead)) {
        group.accept(reader.read(ahead));
        advance();
      }
      return RowFactory.create(writer.write(group.result(), 0));
    }

    private void advance() {
      ahead = rows.hasNext() ? rows.next() : null;
    }

    private boolean isOneGroup(Row a, Row b) {
      int width = reader.columns().size();
      for (int i = width; i < width + groupColumns; i++) {
        if (!Objects.deepEquals(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
  }
}

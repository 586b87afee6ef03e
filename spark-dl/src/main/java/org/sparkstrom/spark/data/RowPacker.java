// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Packs a partition's rows into blocks, each addressed to a worker.
 *
 * <p>The i-th used row of the whole data goes to worker i mod W, so shares differ by at most one
 * row and do not depend on how the rows were partitioned across files. Rows for validation are
 * counted and dealt by themselves.
 *
 * @param check decides which rows are used; the survey used the same
 * @param shapes shapes of the columns' values, as the survey found them
 * @param layout how rows are packed
 * @param workers number of workers
 * @param firstRows for each partition, the number of its first row among all rows of that use
 */
record RowPacker(RowCheck check, Shapes shapes, RowLayout layout, int workers, FirstRows firstRows)
    implements Function2<Integer, Iterator<Row>, Iterator<Tuple2<Integer, byte[]>>> {

  private static final int MAX_BLOCK_BYTES = 1 << 18;
  private static final int MIN_BLOCK_BYTES = 1 << 12;

  /** Bytes of unfinished blocks that a task holds: fewer workers have longer blocks. */
  private static final int ALL_BLOCKS_BYTES = 1 << 25;

  @Override
  public Iterator<Tuple2<Integer, byte[]>> call(Integer partition, Iterator<Row> rows) {
    return new Packing(partition, rows);
  }

  private int blockBytes() {
    return Math.max(MIN_BLOCK_BYTES, Math.min(MAX_BLOCK_BYTES, ALL_BLOCKS_BYTES / workers));
  }

  private final class Packing implements Iterator<Tuple2<Integer, byte[]>> {
    private final int partition;
    private final Iterator<Row> rows;
    private final RowValues values = new RowValues(check.inputs().size(), shapes);
    private final Deal training;
    private final Deal validation;
    private final Queue<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();

    Packing(int partition, Iterator<Row> rows) {
      this.partition = partition;
      this.rows = rows;
      this.training = new Deal(RowBlock.Use.TRAINING, firstRows.training(partition));
      this.validation = new Deal(RowBlock.Use.VALIDATION, firstRows.validation(partition));
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && rows.hasNext()) {
        pack(rows.next());
      }
      if (ready.isEmpty()) {
        training.finish();
        validation.finish();
      }
      return !ready.isEmpty();
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no block is left in partition " + partition);
      }
      return ready.remove();
    }

    private void pack(Row row) {
      RowCheck.Verdict verdict = check.check(row, values);
      switch (verdict.kind()) {
        case SKIP -> {}
        case USE -> (values.isValidation() ? validation : training).add();
        case ERROR ->
            throw new IllegalStateException(
                "a row has changed since the data was surveyed: "
                    + verdict.text()
                    + ". The data must give the same rows each time it is read; cache it.");
      }
    }

    /** Deals rows of one use out to the workers. */
    private final class Deal {
      private final RowBlock.Use use;
      private final RowBlock.Writer[] writers = new RowBlock.Writer[workers];
      private long row;

      Deal(RowBlock.Use use, long firstRow) {
        this.use = use;
        this.row = firstRow;
      }

      void add() {
        int worker = (int) (row++ % workers);
        if (writers[worker] == null) {
          writers[worker] = new RowBlock.Writer(layout, use, blockBytes());
        }
        writers[worker].add(values);
        if (writers[worker].isFull()) {
          ready.add(new Tuple2<>(worker, writers[worker].take(partition)));
        }
      }

      void finish() {
        for (int worker = 0; worker < workers; worker++) {
          if (writers[worker] != null && !writers[worker].isEmpty()) {
            ready.add(new Tuple2<>(worker, writers[worker].take(partition)));
          }
        }
      }
    }
  }
}

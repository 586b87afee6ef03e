// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Packs a partition's rows into blocks, each addressed to a worker.
 *
 * <p>The i-th used row of the whole data goes to worker i mod W, so shares differ by at most one
 * row and do not depend on how the rows were partitioned across files.
 *
 * @param check decides which rows are used; the survey used the same
 * @param featureCount features per row
 * @param workers number of workers
 * @param firstRows number, among all used rows, of each partition's first used row
 */
record RowPacker(RowCheck check, int featureCount, int workers, List<Long> firstRows)
    implements Function2<Integer, Iterator<Row>, Iterator<Tuple2<Integer, byte[]>>> {

  private static final int BLOCK_BYTES = 1 << 18;

  @Override
  public Iterator<Tuple2<Integer, byte[]>> call(Integer partition, Iterator<Row> rows) {
    return new Packing(partition, rows);
  }

  private final class Packing implements Iterator<Tuple2<Integer, byte[]>> {
    private final int partition;
    private final Iterator<Row> rows;
    private final RowBlock.Writer[] writers = new RowBlock.Writer[workers];
    private final Queue<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();
    private final float[] features = new float[featureCount];
    private long usedRow;

    Packing(int partition, Iterator<Row> rows) {
      this.partition = partition;
      this.rows = rows;
      this.usedRow = firstRows.get(partition);
      int capacity = Math.max(1, BLOCK_BYTES / (4 * (featureCount + 1)));
      for (int worker = 0; worker < workers; worker++) {
        writers[worker] = new RowBlock.Writer(featureCount, capacity);
      }
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && rows.hasNext()) {
        pack(rows.next());
      }
      if (ready.isEmpty()) {
        for (int worker = 0; worker < workers; worker++) {
          if (!writers[worker].isEmpty()) {
            ready.add(new Tuple2<>(worker, writers[worker].take(partition)));
          }
        }
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
      RowCheck.Verdict verdict = check.check(row, featureCount, features);
      switch (verdict.kind()) {
        case SKIP -> {}
        case USE -> {
          int worker = (int) (usedRow++ % workers);
          writers[worker].add(features, check.label(row));
          if (writers[worker].isFull()) {
            ready.add(new Tuple2<>(worker, writers[worker].take(partition)));
          }
        }
        case ERROR ->
            throw new IllegalStateException(
                "a row has changed since the data was surveyed: "
                    + verdict.text()
                    + ". The data must give the same rows each time it is read; cache it.");
      }
    }
  }
}

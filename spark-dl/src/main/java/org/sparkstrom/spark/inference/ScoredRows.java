// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The rows of a partition with what a model makes of them. Not thread-safe. */
final class ScoredRows implements Iterator<Row> {

  private final Iterator<Row> rows;
  private final BatchScorer scorer;
  private final int partition;
  private final List<Row> batch = new ArrayList<>();
  private Optional<Row> heldOver = Optional.empty();
  private Iterator<Row> ready = Collections.emptyIterator();
  private long rowsRead;

  ScoredRows(Iterator<Row> rows, BatchScorer scorer, int partition) {
    this.rows = rows;
    this.scorer = scorer;
    this.partition = partition;
  }

  @Override
  public boolean hasNext() {
    while (!ready.hasNext() && (heldOver.isPresent() || rows.hasNext())) {
      readBatch();
      if (!batch.isEmpty()) {
        ready = score();
      }
    }
    return ready.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no row is left in partition " + partition);
    }
    return ready.next();
  }

  private void readBatch() {
    batch.clear();
    while (heldOver.isPresent() || rows.hasNext()) {
      Row row = heldOver.orElseGet(this::nextRow);
      heldOver = Optional.empty();
      switch (offer(row)) {
        case ADDED -> batch.add(row);
        case FULL -> {
          heldOver = Optional.of(row);
          return;
        }
        case SKIPPED -> {}
      }
    }
  }

  private Row nextRow() {
    rowsRead++;
    return rows.next();
  }

  private BatchScorer.Offer offer(Row row) {
    try {
      return scorer.offer(row);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "partition %d, row %d in it: %s".formatted(partition, rowsRead - 1, e.getMessage()), e);
    }
  }

  private Iterator<Row> score() {
    List<Object[]> appended = scorer.score();
    List<Row> result = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      result.add(append(batch.get(i), appended.get(i)));
    }
    return result.iterator();
  }

  static Row append(Row row, Object[] values) {
    Object[] all = new Object[row.size() + values.length];
    for (int i = 0; i < row.size(); i++) {
      all[i] = row.get(i);
    }
    System.arraycopy(values, 0, all, row.size(), values.length);
    return RowFactory.create(all);
  }
}

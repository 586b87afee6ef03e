// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Scores the rows of one partition: the function that runs inside a task.
 *
 * @param source the model
 */
record ScoredPartition(ScorerSource source) implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    BatchScorer scorer = source.open();
    TaskContext task = TaskContext.get();
    task.addTaskCompletionListener((TaskCompletionListener) context -> scorer.close());
    return new ScoredRows(rows, scorer, task.partitionId());
  }
}

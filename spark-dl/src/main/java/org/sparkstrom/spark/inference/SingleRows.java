// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A model that scores one row at a call: what stands behind a SQL function.
 *
 * <p>A task opens the model at its first call and closes it at its end; outside of tasks, where
 * Spark computes constants, it is opened for each call.
 */
final class SingleRows implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ScorerSource source;
  private transient Map<Long, BatchScorer> byTask;

  SingleRows(ScorerSource source) {
    this.source = source;
  }

  /** The value of the function: null for a row that is left out, a row for several columns. */
  Object score(Object... values) {
    TaskContext task = TaskContext.get();
    if (task == null) {
      try (BatchScorer scorer = source.open()) {
        return scoreWith(scorer, values);
      }
    }
    return scoreWith(scorers().computeIfAbsent(task.taskAttemptId(), id -> open(task, id)), values);
  }

  private BatchScorer open(TaskContext task, long id) {
    BatchScorer scorer = source.open();
    task.addTaskCompletionListener(
        (TaskCompletionListener)
            context -> {
              scorers().remove(id);
              scorer.close();
            });
    return scorer;
  }

  private synchronized Map<Long, BatchScorer> scorers() {
    if (byTask == null) {
      byTask = new ConcurrentHashMap<>();
    }
    return byTask;
  }

  /** One thread at a time: a Python function between two calls gives the task two threads. */
  private static Object scoreWith(BatchScorer scorer, Object[] values) {
    Object[] row;
    synchronized (scorer) {
      if (scorer.offer(RowFactory.create(values)) != BatchScorer.Offer.ADDED) {
        return null;
      }
      row = scorer.score().get(0);
    }
    return row.length == 1 ? row[0] : RowFactory.create(row);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.training;

import org.sparkstrom.spark.data.BatchPlan;
import org.sparkstrom.spark.data.BatchReader;
import org.sparkstrom.spark.data.TensorStore;
import org.sparkstrom.spark.evaluation.BatchFigures;
import org.sparkstrom.spark.evaluation.FigureSums;

/**
 * Measures a worker's replica on its share of the validation rows, in the order of the data.
 *
 * @param store the rows; may be empty on this worker
 * @param replica what is measured
 * @param fit how batches are made
 * @param rank of the worker
 */
record ValidationRows(TensorStore store, Replica replica, FitContext fit, int rank)
    implements Validation {

  @Override
  public FigureSums measure() {
    if (store.rowCount() == 0) {
      return new FigureSums();
    }
    TrainingConfig config = fit.config();
    BatchPlan plan =
        new BatchPlan(
            fit.rows().format(),
            BatchPlan.Order.AS_STORED,
            config.seed(),
            rank,
            config.batchSize(),
            store.rowCount());
    BatchFigures figures = replica.figures();
    try (BatchReader batches = new BatchReader(store, plan)) {
      for (long batch = 0; batch < plan.batchesPerEpoch(); batch++) {
        figures.add(batches.next());
      }
    }
    return figures.sums();
  }
}

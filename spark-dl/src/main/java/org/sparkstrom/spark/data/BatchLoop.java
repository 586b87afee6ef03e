// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.data;

import java.util.function.LongUnaryOperator;

/** Reads batch after batch into free buffers until it is stopped: the reader's other thread. */
final class BatchLoop implements Runnable {

  private final TensorStore store;
  private final BatchPlan plan;
  private final BatchQueue queue;
  private final BatchAssembler assembler;
  private final long[] rowNumbers;
  private int epoch;
  private long round;

  BatchLoop(TensorStore store, BatchPlan plan, BatchQueue queue, int epoch, long round) {
    this.store = store;
    this.plan = plan;
    this.queue = queue;
    this.assembler = new BatchAssembler(store, plan.format());
    this.rowNumbers = new long[plan.batchSize()];
    this.epoch = epoch;
    this.round = round;
  }

  @Override
  public void run() {
    try {
      while (readEpoch(order())) {
        epoch++;
        round = 0;
      }
    } catch (RuntimeException | Error e) {
      queue.fail(e);
    }
  }

  private LongUnaryOperator order() {
    return switch (plan.order()) {
      case SHUFFLED -> new EpochOrder(store.rowCount(), plan.seed(), plan.rank(), epoch)::row;
      case AS_STORED -> place -> place % store.rowCount();
    };
  }

  /** False if it was stopped. */
  private boolean readEpoch(LongUnaryOperator order) {
    for (; round < plan.batchesPerEpoch(); round++) {
      BatchBuffers buffers = queue.takeFree();
      if (buffers == null) {
        return false;
      }
      try {
        int rows = plan.rows(round);
        long first = plan.firstPlace(round);
        for (int i = 0; i < rows; i++) {
          rowNumbers[i] = order.applyAsLong(first + i);
        }
        assembler.assemble(rowNumbers, rows, buffers);
      } catch (RuntimeException | Error e) {
        queue.giveBack(buffers);
        throw e;
      }
      queue.put(buffers);
    }
    return true;
  }
}

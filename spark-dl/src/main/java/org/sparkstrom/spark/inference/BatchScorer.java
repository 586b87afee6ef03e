// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A model at work in one task: takes rows until a batch is full, and gives what the model makes of
 * them. Not thread-safe; the owner closes it.
 */
interface BatchScorer extends AutoCloseable {

  /** What became of a row that was offered. */
  enum Offer {
    /** It is in the batch. */
    ADDED,
    /** It is left out, as the policy for invalid rows says. */
    SKIPPED,
    /** It does not go into this batch; offer it again after the batch was scored. */
    FULL
  }

  /**
   * Takes a row into the batch. An empty batch is never full.
   *
   * @throws IllegalArgumentException if the row does not fit the model, or the policy refuses it
   */
  Offer offer(Row row);

  /** The appended values of each row of the batch, in order, and starts the next one. */
  List<Object[]> score();

  @Override
  void close();
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A function over a batch of rows: what a user brings who has a model of a kind that nothing here
 * reads. It travels to the executors by Java serialization; one task calls its copy of it from one
 * thread.
 */
@FunctionalInterface
public interface BatchFunction extends Serializable {

  /**
   * What the model gives for a batch.
   *
   * @param rows the input columns of each row, in the order of the inputs; at least one row
   * @return for each row, in order, the values of the declared output columns
   */
  List<Row> apply(List<Row> rows);
}

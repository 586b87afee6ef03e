// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import org.sparkstrom.datavec.column.RefusedValueException;

/**
 * A way to explain a row: which rows around it the model is asked about, and what the answers come
 * to. The same row has the same neighborhood wherever it is made, because two tasks' functions must
 * agree on it. Travels to the tasks; a copy is used by one thread.
 */
interface LocalMethod extends Serializable {

  /**
   * What is asked about a row.
   *
   * @param inputs the values of the explained columns, in their order
   * @throws RefusedValueException if the row cannot be explained
   */
  Neighborhood around(Object[] inputs);

  /** Values of the explained columns that the model takes, for a row that cannot be explained. */
  Object[] placeholder();
}

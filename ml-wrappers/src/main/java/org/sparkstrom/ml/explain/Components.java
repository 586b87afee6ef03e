// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.explain;

import java.io.Serializable;
import org.sparkstrom.datavec.column.RefusedValueException;

/**
 * How a row is taken apart into parts that can be there or not: the interpretable representation of
 * Ribeiro et al.
 */
interface Components extends Serializable {

  /**
   * The parts of a row.
   *
   * @param inputs the values of the explained columns
   * @throws RefusedValueException if they have none
   */
  Parts of(Object[] inputs);

  /** Values of the explained columns that a model takes. */
  Object[] placeholder();
}

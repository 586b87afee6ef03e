// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import java.io.IOException;
import java.io.Serializable;

/**
 * Makes a column's value of another column's value. It travels to the tasks; each task has an
 * instance of its own and calls it from one thread.
 */
@FunctionalInterface
public interface ColumnFunction extends Serializable {
  /**
   * The new value, never null.
   *
   * @param value as Spark's user-defined functions get it, never null
   * @throws RefusedValueException when the value is bad: the stage's policy decides
   * @throws IOException when storage fails: the task fails under every policy, and Spark tries
   *     again
   */
  Object apply(Object value) throws IOException;
}

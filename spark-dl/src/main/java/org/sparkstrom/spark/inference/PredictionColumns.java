// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructField;

/**
 * The columns that prediction appends, made from all outputs of the network for one row. Travels to
 * the executors, so it must be a record of values; thread-safe.
 */
public interface PredictionColumns extends Serializable {

  /** The appended columns, in order. */
  List<StructField> fields();

  /**
   * Their values for one row, in the order of {@link #fields()}.
   *
   * @param outputs what each output of the network gives, in its order
   */
  Object[] values(List<OutputRow> outputs);
}

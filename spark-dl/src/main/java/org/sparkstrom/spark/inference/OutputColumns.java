// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.List;

/** The columns that prediction appends for a network with one output, of one vector a row. */
public interface OutputColumns extends PredictionColumns {

  /**
   * The values of the columns for one row, in the order of {@link #fields()}.
   *
   * @param output the network's output for the row, float32 [outputSize]; the callee may keep it
   */
  Object[] values(float[] output);

  @Override
  default Object[] values(List<OutputRow> outputs) {
    if (outputs.size() != 1 || outputs.get(0).shape().size() != 1) {
      throw new IllegalArgumentException(
          "the network must have one output of one vector a row, but gives %s; use NetworkColumns for others"
              .formatted(outputs.stream().map(OutputRow::shape).toList()));
    }
    return values(outputs.get(0).values());
  }
}

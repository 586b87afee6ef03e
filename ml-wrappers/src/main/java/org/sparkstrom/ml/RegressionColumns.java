// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml;

import java.util.List;
import org.apache.spark.ml.attribute.NumericAttribute;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.spark.inference.OutputColumns;

/**
 * The column that a regressor appends: its network's one output, in float64.
 *
 * @param prediction name of the column; empty for none
 */
record RegressionColumns(String prediction) implements OutputColumns {

  @Override
  public List<StructField> fields() {
    return prediction.isEmpty()
        ? List.of()
        : List.of(NumericAttribute.defaultAttr().withName(prediction).toStructField());
  }

  @Override
  public Object[] values(float[] output) {
    return prediction.isEmpty() ? new Object[0] : new Object[] {(double) output[0]};
  }
}

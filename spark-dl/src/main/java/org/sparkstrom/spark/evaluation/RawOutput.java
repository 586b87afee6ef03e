// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.evaluation;

import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.spark.inference.OutputColumns;

/**
 * A column with the network's output as it is, array of float.
 *
 * @param name name of the column
 */
record RawOutput(String name) implements OutputColumns {

  @Override
  public List<StructField> fields() {
    return List.of(
        DataTypes.createStructField(
            name, DataTypes.createArrayType(DataTypes.FloatType, false), false));
  }

  @Override
  public Object[] values(float[] output) {
    return new Object[] {output};
  }
}

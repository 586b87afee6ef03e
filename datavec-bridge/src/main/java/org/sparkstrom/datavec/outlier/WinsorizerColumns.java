// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.outlier;

import java.util.List;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.column.StageSchema;

/**
 * Which columns a {@link Winsorizer} or its model reads and makes, held against a schema.
 *
 * @param uid the stage, for people
 */
record WinsorizerColumns(String uid, List<String> inputs, List<String> outputs) {
  static final String INPUTS = "inputCols";

  /**
   * The columns that a stage's Params name.
   *
   * @throws IllegalArgumentException when there is none, or not as many inputs as outputs
   */
  static WinsorizerColumns of(Params stage, StringArrayParam inputs, StringArrayParam outputs) {
    WinsorizerColumns columns =
        new WinsorizerColumns(stage.uid(), names(stage, inputs), names(stage, outputs));
    if (columns.inputs.isEmpty() || columns.inputs.size() != columns.outputs.size()) {
      throw new IllegalArgumentException(
          stage.uid()
              + ": inputCols and outputCols must name as many columns, one or more, but are "
              + columns.inputs
              + " and "
              + columns.outputs
              + "; call setInputCols(...) and setOutputCols(...)");
    }
    return columns;
  }

  private static List<String> names(Params stage, StringArrayParam param) {
    return stage.isDefined(param) ? List.of(stage.getOrDefault(param)) : List.of();
  }

  /**
   * The schema with the new columns.
   *
   * @throws IllegalArgumentException when a column is missing, no number, or there already
   */
  StageSchema over(StructType schema) {
    StageSchema result = new StageSchema(uid, schema);
    for (int i = 0; i < inputs.size(); i++) {
      StructField input = result.field(INPUTS, inputs.get(i));
      if (!(input.dataType() instanceof NumericType)) {
        throw new IllegalArgumentException(
            uid
                + ": input column '"
                + input.name()
                + "' must be a number, but is "
                + input.dataType().catalogString()
                + "; leave it out of inputCols, or cast it");
      }
      result.append(
          new StructField(
              outputs.get(i), DataTypes.DoubleType, input.nullable(), input.metadata()));
    }
    return result;
  }
}

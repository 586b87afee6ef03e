// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.spelling;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.column.StageSchema;

/**
 * Which column a {@link NearDuplicates} or its model reads, and which it makes.
 *
 * @param uid the stage, for people
 */
record SpellingColumns(String uid, String input, String output) {
  static final String INPUT = "inputCol";

  static SpellingColumns of(Params stage, Param<String> input, Param<String> output) {
    if (!stage.isDefined(input)) {
      throw new IllegalArgumentException(
          stage.uid() + " has no inputCol; call setInputCol(...) first");
    }
    return new SpellingColumns(stage.uid(), stage.getOrDefault(input), stage.getOrDefault(output));
  }

  /**
   * The schema with the new column. It has no metadata of the old one, whose categories it may not
   * have.
   *
   * @throws IllegalArgumentException when the column is missing, no text, or the new one is there
   */
  StageSchema over(StructType schema) {
    StageSchema result = new StageSchema(uid, schema);
    StructField field = result.field(INPUT, input);
    if (!(field.dataType() instanceof StringType)) {
      throw new IllegalArgumentException(
          uid
              + ": inputCol '"
              + input
              + "' must be text, but is "
              + field.dataType().catalogString()
              + "; cast it to string");
    }
    result.append(new StructField(output, field.dataType(), field.nullable(), Metadata.empty()));
    return result;
  }
}

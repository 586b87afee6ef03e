// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.missing;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparkstrom.datavec.column.StageSchema;

/**
 * Which columns a {@link MissingValues} or its model reads and makes, held against a schema, and
 * what counts as missing there.
 *
 * @param uid the stage, for people
 * @param indicators one for each input, or none
 * @param missingTexts what counts as missing beside null in columns of text
 */
record MissingColumns(
    String uid,
    List<String> inputs,
    List<String> outputs,
    List<String> indicators,
    List<String> groups,
    List<String> missingTexts) {
  static final String INPUTS = "inputCols";
  static final String GROUPS = "groupCols";

  MissingColumns {
    if (inputs.isEmpty() || inputs.size() != outputs.size()) {
      throw new IllegalArgumentException(
          uid
              + ": inputCols and outputCols must name as many columns, one or more, but are "
              + inputs
              + " and "
              + outputs
              + "; call setInputCols(...) and setOutputCols(...)");
    }
    if (!indicators.isEmpty() && indicators.size() != inputs.size()) {
      throw new IllegalArgumentException(
          uid
              + ": indicatorCols must name one column for each of inputCols "
              + inputs
              + ", or none, but are "
              + indicators);
    }
  }

  /**
   * The schema with the new columns: the filled ones, then the indicators.
   *
   * @throws IllegalArgumentException when a column is missing, of a type that cannot be filled or
   *     grouped by, or there already
   */
  StageSchema over(StructType schema) {
    StageSchema result = new StageSchema(uid, schema);
    groups.forEach(name -> requireKey(result.field(GROUPS, name)));
    for (int i = 0; i < inputs.size(); i++) {
      StructField input = result.field(INPUTS, inputs.get(i));
      if (!FillStrategy.CONSTANT.fits(input.dataType())) {
        throw new IllegalArgumentException(
            uid
                + ": column '"
                + input.name()
                + "' must be a number, text, boolean, date or timestamp, but is "
                + input.dataType().catalogString()
                + "; leave it out of inputCols");
      }
      result.append(new StructField(outputs.get(i), input.dataType(), false, input.metadata()));
    }
    for (String name : indicators) {
      result.append(new StructField(name, DataTypes.BooleanType, false, Metadata.empty()));
    }
    return result;
  }

  /** Whether a value is missing; never null itself. */
  Column isMissing(Column value, DataType type) {
    Column missing = value.isNull();
    if (type instanceof DoubleType || type instanceof FloatType) {
      missing = missing.or(functions.isnan(value));
    } else if (type instanceof StringType && !missingTexts.isEmpty()) {
      missing = missing.or(value.isin(missingTexts.toArray()));
    }
    return functions.coalesce(missing, functions.lit(true));
  }

  private void requireKey(StructField key) {
    DataType type = key.dataType();
    if (type instanceof ArrayType
        || type instanceof MapType
        || type instanceof StructType
        || type instanceof BinaryType) {
      throw new IllegalArgumentException(
          uid
              + ": column '"
              + key.name()
              + "' of groupCols must hold single values, but is "
              + type.catalogString());
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.inference;

import java.util.List;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.api.java.UDF6;
import org.apache.spark.sql.api.java.UDF7;
import org.apache.spark.sql.api.java.UDF8;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Makes SQL functions of models. */
final class ModelFunctions {

  private ModelFunctions() {}

  /**
   * A function of so many arguments. It gives the value of the model's column, or of several
   * columns a struct.
   *
   * @throws IllegalArgumentException if there is none with so many arguments
   */
  static UserDefinedFunction of(ScorerSource source, int arguments) {
    SingleRows rows = new SingleRows(source);
    List<StructField> fields = source.fields();
    DataType type =
        fields.size() == 1
            ? fields.get(0).dataType()
            : new StructType(fields.toArray(StructField[]::new));
    return switch (arguments) {
      case 1 -> functions.udf((UDF1<Object, Object>) rows::score, type);
      case 2 -> functions.udf((UDF2<Object, Object, Object>) rows::score, type);
      case 3 -> functions.udf((UDF3<Object, Object, Object, Object>) rows::score, type);
      case 4 -> functions.udf((UDF4<Object, Object, Object, Object, Object>) rows::score, type);
      case 5 ->
          functions.udf((UDF5<Object, Object, Object, Object, Object, Object>) rows::score, type);
      case 6 ->
          functions.udf(
              (UDF6<Object, Object, Object, Object, Object, Object, Object>) rows::score, type);
      case 7 ->
          functions.udf(
              (UDF7<Object, Object, Object, Object, Object, Object, Object, Object>) rows::score,
              type);
      case 8 ->
          functions.udf(
              (UDF8<Object, Object, Object, Object, Object, Object, Object, Object, Object>)
                  rows::score,
              type);
      default ->
          throw new IllegalArgumentException(
              "a SQL function must have from 1 to 8 arguments, one an input, but this model takes %d; use transform"
                  .formatted(arguments));
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.sparkstrom.datavec.HandleInvalid;

/**
 * A column made by a function from an expression, under a policy for bad values.
 *
 * <p>Each value is made once, in the task that reads the row: Spark is told that the function is
 * not deterministic, so that it neither repeats the work in a filter nor does it on the driver.
 * Columns, their metadata and the order of rows stay.
 *
 * @param place what makes the column and of what, for people
 * @param input what the function gets
 * @param output the column
 * @param function makes the values
 * @param policy what becomes of rows whose value is null or refused
 */
public record MadeColumn(
    String place, Column input, StructField output, ColumnFunction function, HandleInvalid policy) {
  private static final String MADE = "__made_";

  public MadeColumn {
    Objects.requireNonNull(place, "place");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(output, "output");
    Objects.requireNonNull(function, "function");
    Objects.requireNonNull(policy, "policy");
  }

  /**
   * The rows with the column behind the others, lazily.
   *
   * @param origin what a row is called in an error; else the value is shown
   * @param errorColumn name of a column behind that, with the reasons of nulls
   */
  public Dataset<Row> append(
      Dataset<Row> rows, Optional<Column> origin, Optional<String> errorColumn) {
    UserDefinedFunction call =
        functions
            .udf(
                new GuardedFunction(place, function, policy),
                GuardedFunction.resultType(output.dataType()))
            .asNondeterministic();
    Column name = origin.orElse(functions.lit(null)).cast(DataTypes.StringType);
    String temporary = MADE + output.name();
    Column made = named(temporary);
    Dataset<Row> result = rows.select(functions.col("*"), call.apply(input, name).as(temporary));
    Column reason = made.getField(GuardedFunction.REASON);
    if (policy == HandleInvalid.SKIP) {
      result = result.where(reason.isNull());
    }
    Column value = made.getField(GuardedFunction.VALUE).as(output.name(), output.metadata());
    result =
        errorColumn.isEmpty()
            ? result.select(functions.col("*"), value)
            : result.select(functions.col("*"), value, reason.as(errorColumn.get()));
    return result.drop(made);
  }

  /** The column of exactly this name, whatever characters it has. */
  public static Column named(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }
}

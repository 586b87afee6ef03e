// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.column;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
  private static final String PLACE = "__column_";

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
   * @param rows with names that Spark tells apart, see {@link #apart}
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

  /**
   * The same columns at the same places, with names that Spark tells apart where it does not their
   * own: by default it takes {@code Text} and {@code text} for one. Data whose names differ stays
   * as it is, so that columns taken from it still belong to it.
   */
  public static Dataset<Row> apart(Dataset<Row> rows) {
    String[] names = rows.columns();
    Set<String> different = new HashSet<>();
    for (String name : names) {
      different.add(name.toLowerCase(Locale.ROOT));
    }
    if (different.size() == names.length) {
      return rows;
    }
    String[] numbered = new String[names.length];
    Arrays.setAll(numbered, i -> PLACE + i);
    return rows.toDF(numbered);
  }

  /**
   * The place of the one column of exactly this name.
   *
   * @throws IllegalArgumentException when there is none or several; begins with what asks for it
   */
  public static int placeOf(List<String> names, String name, String asking) {
    int place = names.indexOf(name);
    if (place < 0) {
      throw new IllegalArgumentException(
          asking + " '" + name + "' is missing; the DataFrame has " + names);
    }
    if (place != names.lastIndexOf(name)) {
      throw new IllegalArgumentException(
          asking
              + " '"
              + name
              + "' must be one column, but the DataFrame has several of that name: "
              + names
              + "; rename or drop the others");
    }
    return place;
  }

  /** The column at this place of rows with names that Spark tells apart. */
  public static Column at(Dataset<Row> apart, int place) {
    return named(apart.columns()[place]);
  }

  /** The column of exactly this name, whatever characters it has. */
  public static Column named(String name) {
    return functions.col("`" + name.replace("`", "``") + "`");
  }
}

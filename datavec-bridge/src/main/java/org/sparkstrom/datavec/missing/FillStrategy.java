// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.missing;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.sparkstrom.datavec.column.ParamRules;

/** What a missing value becomes. */
enum FillStrategy {
  /** The most frequent value; of several, the least. */
  MODE,
  /** The mean, rounded to the nearest where the column holds integers. */
  MEAN,
  /** The value in the middle, one of the column's own. */
  MEDIAN,
  /** A value that the user names. */
  CONSTANT;

  private static final String PARAM = "strategies";

  /** The name as Params spell it. */
  String paramValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The strategies of these names, one at least. */
  static List<FillStrategy> of(String[] names) {
    if (names.length == 0) {
      throw new IllegalArgumentException(
          PARAM
              + " must name one, or one for each column, of "
              + ParamRules.words(values(), FillStrategy::paramValue)
              + ", but is empty");
    }
    return Arrays.stream(names)
        .map(name -> ParamRules.named(PARAM, values(), FillStrategy::paramValue, name))
        .toList();
  }

  /** Whether values of this type can be filled so. */
  boolean fits(DataType type) {
    boolean time =
        type instanceof DateType
            || type instanceof TimestampType
            || type instanceof TimestampNTZType;
    return switch (this) {
      case MEAN -> type instanceof NumericType;
      case MEDIAN -> type instanceof NumericType || time;
      case MODE, CONSTANT ->
          type instanceof NumericType
              || time
              || type instanceof StringType
              || type instanceof BooleanType;
    };
  }
}

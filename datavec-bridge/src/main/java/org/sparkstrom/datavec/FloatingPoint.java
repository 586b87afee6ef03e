// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;

/**
 * Java's order and identity of boxed floating-point numbers, where Spark's differ: Spark takes the
 * two zeros for one when it groups and compares. NaN is itself and above all numbers in both.
 */
final class FloatingPoint {
  private FloatingPoint() {}

  static boolean is(ValueKind kind) {
    return kind == ValueKind.FLOAT || kind == ValueKind.DOUBLE;
  }

  /** Something that is equal for two values when they are for Java: for numbers, their text. */
  static Column identity(Column value, ValueKind kind) {
    return is(kind) ? value.cast(DataTypes.StringType) : value;
  }

  /** 0 for the negative zero, 1 for all else: it tells the zeros apart in a sort. */
  static Column zeroRank(Column number) {
    Column negativeZero =
        number.equalTo(lit(0)).and(number.cast(DataTypes.StringType).startsWith("-"));
    return when(negativeZero, lit(0)).otherwise(lit(1));
  }
}

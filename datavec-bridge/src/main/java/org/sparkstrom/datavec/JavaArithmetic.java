// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.pow;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.datavec.api.transform.MathOp;

/**
 * Java's arithmetic on two operands of one kind, spelled in Spark's, to the last bit. Integers
 * wrap; where an integer division throws, the result is null. Spark gives null for a floating-point
 * division by zero, where Java gives an infinity or NaN, and its comparisons take NaN for the
 * greatest number and equal to itself.
 */
final class JavaArithmetic {
  private JavaArithmetic() {}

  /**
   * The operation of a math step: column and scalar, or two columns.
   *
   * @throws NoCounterpartException for an operation that there is not
   */
  static Column apply(MathOp op, Column x, Column y, ValueKind kind) {
    return switch (op) {
      case Add -> x.plus(y);
      case Subtract -> x.minus(y);
      case Multiply -> x.multiply(y);
      case Divide -> divide(x, y, kind);
      case Modulus -> remainder(x, y, kind);
      case ReverseSubtract -> y.minus(x);
      case ReverseDivide -> divide(y, x, kind);
      case ScalarMin, ScalarMax ->
          throw new NoCounterpartException(op + " is defined with a constant only");
    };
  }

  /**
   * A cast of a number that stays one. Spark's optimizer takes a cast to double of a cast from an
   * integer to float for one cast, which forgets the rounding to float; a sign that changes twice
   * between them holds it back.
   */
  static Column convert(Column number, DataType type) {
    Column converted = number.cast(type);
    return type.equals(DataTypes.FloatType) ? negate(negate(converted)) : converted;
  }

  static Column divide(Column x, Column y, ValueKind kind) {
    return switch (kind) {
      case INT, LONG ->
          // The one quotient that overflows, that of the least number by -1, wraps as negation does
          when(y.equalTo(lit(-1)), negate(x))
              .when(y.notEqual(lit(0)), call_function("div", x, y))
              .cast(kind.type());
      case FLOAT, DOUBLE -> {
        // Rounding the double quotient of two floats gives the float quotient: 53 >= 2 * 24 + 2
        // bits
        Column a = x.cast(ValueKind.DOUBLE.type());
        Column b = y.cast(ValueKind.DOUBLE.type());
        yield when(b.equalTo(lit(0.0)), a.multiply(pow(b, lit(-1.0))))
            .otherwise(a.divide(b))
            .cast(kind.type());
      }
      default -> throw new NoCounterpartException("it divides " + kind + " values");
    };
  }

  private static Column remainder(Column x, Column y, ValueKind kind) {
    return switch (kind) {
      case INT, LONG -> when(y.notEqual(lit(0)), x.mod(y));
      case FLOAT, DOUBLE ->
          when(y.equalTo(lit(0)), x.multiply(lit(Double.NaN)))
              .otherwise(x.mod(y))
              .cast(kind.type());
      default -> throw new NoCounterpartException("it divides " + kind + " values");
    };
  }

  /** {@code Math.min} of a column and a constant. */
  static Column min(Column x, Number y, ValueKind kind) {
    if (kind == ValueKind.INT || kind == ValueKind.LONG) {
      return when(x.isNotNull(), least(x, lit(y)));
    }
    boolean negativeZero = isZero(y) && 1 / y.doubleValue() < 0;
    return ofOrdered(x, y, negativeZero ? x.lt(lit(y)) : x.leq(lit(y)));
  }

  /** {@code Math.max} of a column and a constant. */
  static Column max(Column x, Number y, ValueKind kind) {
    if (kind == ValueKind.INT || kind == ValueKind.LONG) {
      return when(x.isNotNull(), greatest(x, lit(y)));
    }
    boolean positiveZero = isZero(y) && 1 / y.doubleValue() > 0;
    return ofOrdered(x, y, positiveZero ? x.gt(lit(y)) : x.geq(lit(y)));
  }

  private static Column ofOrdered(Column x, Number y, Column takesColumn) {
    if (Double.isNaN(y.doubleValue())) {
      return when(x.isNotNull(), lit(y));
    }
    return when(isnan(x).or(takesColumn), x).when(x.isNotNull(), lit(y));
  }

  private static boolean isZero(Number number) {
    return number.doubleValue() == 0;
  }
}

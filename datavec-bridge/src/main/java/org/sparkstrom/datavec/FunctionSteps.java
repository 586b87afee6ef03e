// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.abs;
import static org.apache.spark.sql.functions.acos;
import static org.apache.spark.sql.functions.asin;
import static org.apache.spark.sql.functions.atan;
import static org.apache.spark.sql.functions.cos;
import static org.apache.spark.sql.functions.cosh;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.signum;
import static org.apache.spark.sql.functions.sin;
import static org.apache.spark.sql.functions.sinh;
import static org.apache.spark.sql.functions.sqrt;
import static org.apache.spark.sql.functions.tan;
import static org.apache.spark.sql.functions.tanh;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.api.java.UDF1;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.transform.doubletransform.DoubleMathFunctionTransform;
import org.datavec.api.transform.transform.doubletransform.Log2Normalizer;
import org.datavec.api.transform.transform.floattransform.FloatMathFunctionTransform;

/**
 * Steps that apply a function of {@code java.lang.Math}. Spark's functions call the same, with five
 * exceptions that call Java through a function of ours on one number: exp and the logarithms, which
 * Spark takes from {@code StrictMath}, whose last bit may differ (and a logarithm of what is not
 * positive is null), and floor and ceil, which Spark gives as a long.
 */
final class FunctionSteps implements StepCompiler {
  private static final double LOG_OF_TWO = Math.log(2);

  @Override
  public boolean compile(Step step, ColumnDraft draft) {
    Transform transform = step.action().getTransform();
    if (transform instanceof DoubleMathFunctionTransform t) {
      int column = draft.indexOf(t.columnName());
      Column x = draft.number(column, ValueKind.DOUBLE);
      draft.replace(column, apply(t.getMathFunction(), x), step.output());
    } else if (transform instanceof FloatMathFunctionTransform t) {
      int column = draft.indexOf(t.columnName());
      Column x = draft.number(column, ValueKind.FLOAT).cast(ValueKind.DOUBLE.type());
      Column result = apply(t.getMathFunction(), x).cast(ValueKind.FLOAT.type());
      draft.replace(column, result, step.output());
    } else if (transform instanceof Log2Normalizer t) {
      int column = draft.indexOf(t.columnName());
      Column x = draft.number(column, ValueKind.DOUBLE);
      draft.replace(column, when(isnan(x), lit(0.0)).otherwise(log2(t, x)), step.output());
    } else {
      return false;
    }
    return true;
  }

  private static Column log2(Log2Normalizer t, Column x) {
    Column above = x.minus(lit(t.getColumnMin()));
    Column range = lit(t.getColumnMean() - t.getColumnMin());
    Column share = JavaArithmetic.divide(above, range, ValueKind.DOUBLE).plus(lit(1.0));
    Column log = JavaCall.of(MathFunction.LOG, share).divide(lit(LOG_OF_TWO));
    return lit(t.getScalingFactor()).multiply(log);
  }

  private static Column apply(MathFunction function, Column x) {
    return switch (function) {
      case ABS -> abs(x);
      case ACOS -> acos(x);
      case ASIN -> asin(x);
      case ATAN -> atan(x);
      case COS -> cos(x);
      case COSH -> cosh(x);
      case SIGNUM -> signum(x);
      case SIN -> sin(x);
      case SINH -> sinh(x);
      case SQRT -> sqrt(x);
      case TAN -> tan(x);
      case TANH -> tanh(x);
      case CEIL, EXP, FLOOR, LOG, LOG10 -> JavaCall.of(function, x);
    };
  }

  /** One of Java's functions on a number, where Spark's own is another. */
  private record JavaCall(MathFunction function) implements UDF1<Double, Double> {
    static Column of(MathFunction function, Column x) {
      return udf(new JavaCall(function), ValueKind.DOUBLE.type()).apply(x);
    }

    @Override
    public Double call(Double boxed) {
      if (boxed == null) {
        return null;
      }
      double x = boxed;
      return switch (function) {
        case CEIL -> Math.ceil(x);
        case EXP -> Math.exp(x);
        case FLOOR -> Math.floor(x);
        case LOG -> Math.log(x);
        case LOG10 -> Math.log10(x);
        default -> throw new IllegalStateException(function + " is a function of Spark");
      };
    }
  }
}

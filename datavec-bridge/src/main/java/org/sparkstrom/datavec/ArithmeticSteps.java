// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.transform.BaseColumnsMathOpTransform;
import org.datavec.api.transform.transform.doubletransform.DoubleColumnsMathOpTransform;
import org.datavec.api.transform.transform.doubletransform.DoubleMathOpTransform;
import org.datavec.api.transform.transform.doubletransform.MinMaxNormalizer;
import org.datavec.api.transform.transform.doubletransform.StandardizeNormalizer;
import org.datavec.api.transform.transform.doubletransform.SubtractMeanNormalizer;
import org.datavec.api.transform.transform.floattransform.FloatColumnsMathOpTransform;
import org.datavec.api.transform.transform.floattransform.FloatMathOpTransform;
import org.datavec.api.transform.transform.integer.IntegerColumnsMathOpTransform;
import org.datavec.api.transform.transform.integer.IntegerMathOpTransform;
import org.datavec.api.transform.transform.longtransform.LongColumnsMathOpTransform;
import org.datavec.api.transform.transform.longtransform.LongMathOpTransform;
import org.datavec.api.transform.transform.time.TimeMathOpTransform;

/** Steps that calculate with a column and a constant, or with several columns. */
final class ArithmeticSteps implements StepCompiler {
  @Override
  public boolean compile(Step step, ColumnDraft draft) {
    Transform transform = step.action().getTransform();
    if (transform instanceof DoubleMathOpTransform t) {
      withConstant(step, draft, t.getMathOp(), t.getScalar(), ValueKind.DOUBLE);
    } else if (transform instanceof FloatMathOpTransform t) {
      withConstant(step, draft, t.getMathOp(), t.getScalar(), ValueKind.FLOAT);
    } else if (transform instanceof IntegerMathOpTransform t) {
      withConstant(step, draft, t.getMathOp(), t.getScalar(), ValueKind.INT);
    } else if (transform instanceof LongMathOpTransform t) {
      withConstant(step, draft, t.getMathOp(), t.getScalar(), ValueKind.LONG);
    } else if (transform instanceof TimeMathOpTransform t) {
      withConstant(step, draft, t.getMathOp(), t.getAsMilliseconds(), ValueKind.LONG);
    } else if (transform instanceof DoubleColumnsMathOpTransform t) {
      ofColumns(step, draft, t, ValueKind.DOUBLE, 0.0, 1.0);
    } else if (transform instanceof FloatColumnsMathOpTransform t) {
      ofColumns(step, draft, t, ValueKind.FLOAT, 0f, 1f);
    } else if (transform instanceof IntegerColumnsMathOpTransform t) {
      ofColumns(step, draft, t, ValueKind.INT, 0, 1);
    } else if (transform instanceof LongColumnsMathOpTransform t) {
      ofColumns(step, draft, t, ValueKind.LONG, 0L, 1L);
    } else {
      return normalizer(step, draft, transform);
    }
    return true;
  }

  private static boolean normalizer(Step step, ColumnDraft draft, Transform transform) {
    if (transform instanceof MinMaxNormalizer t) {
      int column = draft.indexOf(t.columnName());
      Column x = draft.number(column, ValueKind.DOUBLE);
      Column scaled = lit(t.getRatio()).multiply(x.minus(lit(t.getMin()))).plus(lit(t.getNewMin()));
      draft.replace(column, when(isnan(x), lit(0.0)).otherwise(scaled), step.output());
    } else if (transform instanceof StandardizeNormalizer t) {
      int column = draft.indexOf(t.columnName());
      Column centred = draft.number(column, ValueKind.DOUBLE).minus(lit(t.getMean()));
      draft.replace(
          column,
          JavaArithmetic.divide(centred, lit(t.getStdev()), ValueKind.DOUBLE),
          step.output());
    } else if (transform instanceof SubtractMeanNormalizer t) {
      int column = draft.indexOf(t.columnName());
      Column centred = draft.number(column, ValueKind.DOUBLE).minus(lit(t.getMean()));
      draft.replace(column, centred, step.output());
    } else {
      return false;
    }
    return true;
  }

  private static void withConstant(
      Step step, ColumnDraft draft, MathOp op, Number scalar, ValueKind kind) {
    int column = draft.indexOf(step.action().getTransform().columnName());
    Column x = draft.number(column, kind);
    Column result =
        switch (op) {
          case ScalarMin -> JavaArithmetic.min(x, scalar, kind);
          case ScalarMax -> JavaArithmetic.max(x, scalar, kind);
          default -> JavaArithmetic.apply(op, x, lit(scalar), kind);
        };
    draft.replace(column, result, step.output());
  }

  private static void ofColumns(
      Step step,
      ColumnDraft draft,
      BaseColumnsMathOpTransform transform,
      ValueKind kind,
      Number zero,
      Number one) {
    List<Column> operands =
        List.of(transform.getColumns()).stream()
            .map(name -> draft.number(draft.indexOf(name), kind))
            .toList();
    MathOp op = transform.getMathOp();
    // DataVec starts a sum at zero, which makes the sum of negative zeros a positive one
    Column result =
        switch (op) {
          case Add -> operands.stream().reduce(lit(zero), Column::plus);
          case Multiply -> operands.stream().reduce(lit(one), Column::multiply);
          default -> JavaArithmetic.apply(op, operands.get(0), operands.get(1), kind);
        };
    draft.append(result, step.output());
  }
}

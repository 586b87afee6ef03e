// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.transform.doubletransform.ConvertToDouble;
import org.datavec.api.transform.transform.doubletransform.DoubleMathFunctionTransform;
import org.datavec.api.transform.transform.doubletransform.DoubleMathOpTransform;
import org.datavec.api.transform.transform.doubletransform.Log2Normalizer;
import org.datavec.api.transform.transform.doubletransform.MinMaxNormalizer;
import org.datavec.api.transform.transform.doubletransform.StandardizeNormalizer;
import org.datavec.api.transform.transform.doubletransform.SubtractMeanNormalizer;
import org.datavec.api.transform.transform.floattransform.ConvertToFloat;
import org.datavec.api.transform.transform.floattransform.FloatColumnsMathOpTransform;
import org.datavec.api.transform.transform.floattransform.FloatMathFunctionTransform;
import org.datavec.api.transform.transform.floattransform.FloatMathOpTransform;
import org.datavec.api.transform.transform.integer.ConvertToInteger;
import org.datavec.api.transform.transform.integer.IntegerMathOpTransform;
import org.datavec.api.transform.transform.longtransform.LongMathOpTransform;
import org.datavec.api.transform.transform.string.ConvertToString;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.NullWritable;

/** Processes of steps that move, convert and calculate. */
final class NumberCases {
  private NumberCases() {}

  /** Adds the cases of this class. */
  static void addTo(StepCases cases) {
    structure(cases);
    conversions(cases);
    arithmetic(cases);
    normalizersAndTimes(cases);
    functions(cases);
  }

  private static void structure(StepCases cases) {
    cases.add("rename", b -> b.renameColumns(List.of("int", "text"), List.of("text.x", "a`b")));
    cases.add("remove", b -> b.removeColumns("double", "time"));
    cases.add("keep some", b -> b.removeAllColumnsExceptFor("time", "int"));
    cases.add("reorder", b -> b.reorderColumns("time", "double"));
    cases.add("duplicate", b -> b.duplicateColumns(List.of("int"), List.of("int2")));
    cases.add(
        "constant", b -> b.addConstantColumn("k", ColumnType.Double, new DoubleWritable(-0.0)));
    cases.add("null", b -> b.addConstantColumn("k", ColumnType.String, NullWritable.INSTANCE));
    cases.add("no step", b -> b);
    cases.add(
        "swap and change",
        b ->
            b.duplicateColumn("int", "copy")
                .integerMathOp("int", MathOp.Add, 1)
                .renameColumns(List.of("int", "copy"), List.of("copy", "int"))
                .integerColumnsMathOp("sum", MathOp.Add, "int", "copy")
                .integerMathOp("int", MathOp.Multiply, 3));
  }

  private static void conversions(StepCases cases) {
    for (String column : List.of("int", "long", "float", "double", "flag", "number", "time")) {
      cases.add(
          "convert " + column,
          b ->
              StepCases.onCopies(
                  b,
                  column,
                  List.<Function<String, Transform>>of(
                      ConvertToInteger::new,
                      ConvertToFloat::new,
                      ConvertToDouble::new,
                      ConvertToString::new)));
    }
    cases.add("to int", b -> b.transform(new ConvertToInteger("number")));
    cases.add("to categorical", b -> b.stringToCategorical("text", List.of("", "x", "9z")));
  }

  private static void arithmetic(StepCases cases) {
    for (MathOp op : MathOp.values()) {
      cases.add(
          op + " constants",
          b -> {
            StepCases.onCopies(
                b,
                "int",
                StepCases.constants(
                    List.of(-1, 7), (c, k) -> new IntegerMathOpTransform(c, op, k)));
            StepCases.onCopies(
                b,
                "long",
                StepCases.constants(List.of(-1L, 7L), (c, k) -> new LongMathOpTransform(c, op, k)));
            StepCases.onCopies(
                b,
                "float",
                StepCases.constants(
                    List.of(-0f, 0f, -0.1f), (c, k) -> new FloatMathOpTransform(c, op, k)));
            return StepCases.onCopies(
                b,
                "other",
                StepCases.constants(
                    List.of(-0.0, 0.0, -7.3), (c, k) -> new DoubleMathOpTransform(c, op, k)));
          });
    }
    for (MathOp op : List.of(MathOp.Divide, MathOp.Modulus)) {
      cases.add(op + " by nothing", b -> b.longMathOp("long", op, 0L));
    }
    for (MathOp op :
        List.of(MathOp.Add, MathOp.Subtract, MathOp.Multiply, MathOp.Divide, MathOp.Modulus)) {
      cases.add(
          op + " of columns",
          b ->
              b.doubleColumnsMathOp("d", op, "double", "other")
                  .transform(new FloatColumnsMathOpTransform("f", op, "float", "other"))
                  .transform(new FloatColumnsMathOpTransform("g", op, "long", "int"))
                  .integerColumnsMathOp("i", op, "int", "long")
                  .longColumnsMathOp("l", op, "long", "int"));
    }
    cases.add("sum of texts", b -> b.doubleColumnsMathOp("d", MathOp.Add, "number", "int", "when"));
  }

  private static void normalizersAndTimes(StepCases cases) {
    cases.add(
        "normalizers",
        b ->
            b.transform(new MinMaxNormalizer("double", -3, 5.5, 0.1, 7))
                .transform(new StandardizeNormalizer("other", 1.5, 0.3))
                .transform(new SubtractMeanNormalizer("float", 0.1)));
    cases.add("no deviation", b -> b.transform(new StandardizeNormalizer("other", 1, 0)));
    cases.add("log2", b -> b.transform(new Log2Normalizer("other", 2.5, -3.5, 1.7)));
    cases.add("time plus", b -> b.timeMathOp("time", MathOp.Add, 36, TimeUnit.HOURS));
    cases.add(
        "time out of range",
        b -> b.timeMathOp("time", MathOp.Add, 1L << 62, TimeUnit.MILLISECONDS));
    cases.add(
        "time at most", b -> b.timeMathOp("time", MathOp.ScalarMin, 5, TimeUnit.MILLISECONDS));
  }

  private static void functions(StepCases cases) {
    List<Function<String, Transform>> ofDouble = new ArrayList<>();
    List<Function<String, Transform>> ofFloat = new ArrayList<>();
    for (MathFunction function : MathFunction.values()) {
      ofDouble.add(column -> new DoubleMathFunctionTransform(column, function));
      ofFloat.add(column -> new FloatMathFunctionTransform(column, function));
    }
    cases.add("functions of double", b -> StepCases.onCopies(b, "double", ofDouble));
    cases.add("functions of float", b -> StepCases.onCopies(b, "float", ofFloat));
    cases.add(
        "function of long",
        b -> b.transform(new FloatMathFunctionTransform("long", MathFunction.TAN)));
    cases.add(
        "function of text",
        b -> b.transform(new DoubleMathFunctionTransform("number", MathFunction.ABS)));
  }
}

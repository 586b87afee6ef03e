// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.BooleanCondition;
import org.datavec.api.transform.condition.Condition;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.CategoricalColumnCondition;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.condition.column.FloatColumnCondition;
import org.datavec.api.transform.condition.column.IntegerColumnCondition;
import org.datavec.api.transform.condition.column.LongColumnCondition;
import org.datavec.api.transform.condition.column.NullWritableColumnCondition;
import org.datavec.api.transform.condition.column.StringColumnCondition;
import org.datavec.api.transform.condition.column.TimeColumnCondition;
import org.datavec.api.transform.condition.string.StringRegexColumnCondition;
import org.datavec.api.transform.filter.FilterInvalidValues;
import org.datavec.api.transform.transform.condition.ConditionalCopyValueTransform;
import org.datavec.api.transform.transform.integer.ReplaceEmptyIntegerWithValueTransform;
import org.datavec.api.transform.transform.integer.ReplaceInvalidWithIntegerTransform;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;

/** Processes of filters and conditional steps, with every condition. */
final class ConditionCases {
  private ConditionCases() {}

  /** Adds the cases of this class. */
  static void addTo(StepCases cases) {
    conditions(cases);
  }

  private static void conditions(StepCases cases) {
    List<Condition> conditions = comparisons();
    conditions.add(new NullWritableColumnCondition("text"));
    conditions.add(new StringRegexColumnCondition("text", "[a-z].*|N.*"));
    combine(conditions);
    for (int from = 0; from < conditions.size(); from += 12) {
      List<Condition> some = conditions.subList(from, Math.min(from + 12, conditions.size()));
      cases.add("conditions " + some, b -> asFlags(b, some));
    }
    for (Condition condition : conditions.subList(conditions.size() - 6, conditions.size())) {
      cases.add("filter " + condition, b -> b.filter(condition));
    }
    replacements(cases, conditions.get(3));
  }

  private static void replacements(StepCases cases, Condition some) {
    cases.add("filter invalid", b -> b.filter(new FilterInvalidValues("int", "short", "state")));
    cases.add("filter any invalid", b -> b.filter(new FilterInvalidValues()));
    cases.add(
        "filter after refusal",
        b -> b.integerMathOp("int", MathOp.Add, 1).filter(some).longMathOp("long", MathOp.Add, 1));
    cases.add("replace if", b -> b.conditionalReplaceValueTransform("text", new Text("yes"), some));
    cases.add(
        "null if", b -> b.conditionalReplaceValueTransform("int", NullWritable.INSTANCE, some));
    cases.add(
        "either",
        b ->
            b.conditionalReplaceValueTransformWithDefault(
                "int", new IntWritable(1), new IntWritable(2), some));
    cases.add(
        "copy if", b -> b.transform(new ConditionalCopyValueTransform("text", "state", some)));
    cases.add(
        "replace invalid", b -> b.transform(new ReplaceInvalidWithIntegerTransform("int", 5)));
    cases.add(
        "replace empty", b -> b.transform(new ReplaceEmptyIntegerWithValueTransform("int", 5)));
  }

  private static List<Condition> comparisons() {
    List<Condition> conditions = new ArrayList<>();
    for (ConditionOp op : ConditionOp.values()) {
      boolean set = op == ConditionOp.InSet || op == ConditionOp.NotInSet;
      if (set) {
        conditions.add(new IntegerColumnCondition("int", op, Set.of(7, -3)));
        conditions.add(new LongColumnCondition("long", op, Set.of(Long.MIN_VALUE, 5L)));
        conditions.add(new FloatColumnCondition("float", op, Set.of(-0f, .1f)));
        conditions.add(new DoubleColumnCondition("double", op, Set.of(0.0, Double.NaN, 0.1)));
        conditions.add(new DoubleColumnCondition("other", op, Set.of(3.0)));
        conditions.add(new StringColumnCondition("text", op, Set.of("x", "", "NullWritable")));
        conditions.add(new CategoricalColumnCondition("state", op, Set.of("b")));
        conditions.add(new TimeColumnCondition("time", op, Set.of(0L)));
      } else {
        conditions.add(new IntegerColumnCondition("int", op, 7));
        conditions.add(new LongColumnCondition("long", op, 1L << 53));
        conditions.add(new FloatColumnCondition("float", op, 0f));
        conditions.add(new DoubleColumnCondition("double", op, 0.1));
        conditions.add(new DoubleColumnCondition("number", op, 1));
        conditions.add(new TimeColumnCondition("time", op, 0L));
      }
      if (op == ConditionOp.Equal || op == ConditionOp.NotEqual) {
        conditions.add(new StringColumnCondition("text", op, "x"));
        conditions.add(new CategoricalColumnCondition("state", op, "b"));
      }
    }
    return conditions;
  }

  private static void combine(List<Condition> conditions) {
    Condition throwing = new DoubleColumnCondition("double", ConditionOp.LessThan, 0.5);
    Condition other = new LongColumnCondition("long", ConditionOp.GreaterThan, 0);
    Condition safe = new NullWritableColumnCondition("double");
    conditions.add(BooleanCondition.AND(throwing, other, safe));
    conditions.add(BooleanCondition.AND(BooleanCondition.NOT(safe), throwing));
    conditions.add(BooleanCondition.OR(safe, throwing));
    conditions.add(BooleanCondition.OR(throwing, other));
    conditions.add(BooleanCondition.XOR(throwing, other));
    conditions.add(
        BooleanCondition.NOT(BooleanCondition.OR(safe, BooleanCondition.AND(other, throwing))));
  }

  /** A column of 0 and 1 for each condition. */
  private static TransformProcess.Builder asFlags(
      TransformProcess.Builder builder, List<Condition> conditions) {
    for (int i = 0; i < conditions.size(); i++) {
      builder
          .addConstantIntegerColumn("flag" + i, -1)
          .conditionalReplaceValueTransformWithDefault(
              "flag" + i, new IntWritable(1), new IntWritable(0), conditions.get(i));
    }
    return builder;
  }
}

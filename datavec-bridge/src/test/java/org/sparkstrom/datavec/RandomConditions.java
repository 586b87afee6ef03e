// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
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
import org.datavec.api.transform.condition.column.TrivialColumnCondition;
import org.datavec.api.transform.condition.string.StringRegexColumnCondition;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.BooleanWritable;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.FloatWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/** Random conditions on a schema's columns, and constants for them. */
final class RandomConditions {
  private final Random random;
  private final RandomProcess values;

  RandomConditions(Random random, RandomProcess values) {
    this.random = random;
    this.values = values;
  }

  Condition any(Schema schema, int depth) {
    if (depth == 0 || values.chance(2)) {
      return onColumn(schema);
    }
    Supplier<Condition> part = () -> any(schema, depth - 1);
    return switch (random.nextInt(4)) {
      case 0 -> BooleanCondition.AND(part.get(), part.get(), part.get());
      case 1 -> BooleanCondition.OR(part.get(), part.get());
      case 2 -> BooleanCondition.XOR(part.get(), part.get());
      default -> BooleanCondition.NOT(part.get());
    };
  }

  /** A constant for a column, sometimes null. */
  Writable constant(ColumnMetaData column) {
    if (values.chance(6)) {
      return NullWritable.INSTANCE;
    }
    return switch (column.getColumnType()) {
      case Integer -> new IntWritable(values.integer());
      case Long -> new LongWritable(values.whole());
      case Time -> new LongWritable(random.nextInt());
      case Float -> new FloatWritable((float) random.nextGaussian());
      case Double -> new DoubleWritable(random.nextGaussian());
      case Boolean -> new BooleanWritable(random.nextBoolean());
      case String, Categorical -> new Text(values.text());
      case NDArray -> throw new RandomProcess.NothingToDoException();
      case Bytes -> throw new IllegalArgumentException("no constants for " + column);
    };
  }

  private Condition onColumn(Schema schema) {
    String column = values.column(schema, c -> true);
    if (values.chance(4)) {
      return special(column);
    }
    ConditionOp op = values.any(List.of(ConditionOp.values()));
    boolean set = op == ConditionOp.InSet || op == ConditionOp.NotInSet;
    return switch (schema.getType(column)) {
      case Integer ->
          set
              ? new IntegerColumnCondition(column, op, several(values::integer))
              : new IntegerColumnCondition(column, op, values.integer());
      case Long ->
          set
              ? new LongColumnCondition(column, op, several(values::whole))
              : new LongColumnCondition(column, op, values.whole());
      case Time ->
          set
              ? new TimeColumnCondition(column, op, several(values::whole))
              : new TimeColumnCondition(column, op, values.whole());
      case Float ->
          set
              ? new FloatColumnCondition(column, op, several(() -> (float) values.number()))
              : new FloatColumnCondition(column, op, (float) values.number());
      case Double, Boolean ->
          set
              ? new DoubleColumnCondition(column, op, several(values::number))
              : new DoubleColumnCondition(column, op, values.number());
      case Categorical ->
          set
              ? new CategoricalColumnCondition(column, op, several(values::text))
              : new CategoricalColumnCondition(
                  column,
                  values.chance(2) ? ConditionOp.Equal : ConditionOp.NotEqual,
                  values.chance(2) ? values.text() : "x");
      default ->
          set
              ? new StringColumnCondition(column, op, several(values::text))
              : new StringColumnCondition(
                  column,
                  values.chance(2) ? ConditionOp.Equal : ConditionOp.NotEqual,
                  values.text());
    };
  }

  private Condition special(String column) {
    if (values.chance(9)) {
      return new TrivialColumnCondition(column);
    }
    return values.chance(2)
        ? new NullWritableColumnCondition(column)
        : new StringRegexColumnCondition(
            column,
            values.any(
                List.of("[a-z]*", "-?\\d+", ".+x|.", "(?i)true", "(?s).*", "\\p{M}.*|\\P{L}+")));
  }

  private <T> Set<T> several(Supplier<T> value) {
    Set<T> set = new HashSet<>();
    for (int i = random.nextInt(4) + 1; i > 0; i--) {
      set.add(value.get());
    }
    return set;
  }
}

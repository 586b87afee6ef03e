// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.pow;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.apache.spark.sql.Column;
import org.datavec.api.transform.condition.BooleanCondition;
import org.datavec.api.transform.condition.Condition;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.BaseColumnCondition;
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

/**
 * DataVec's conditions as Boolean columns: null where the condition throws, which a null does to
 * those on numbers. And, or stop at the operand that decides, as in DataVec, so that one that would
 * throw behind it does not.
 */
final class ConditionColumns {
  private final ColumnDraft draft;

  ConditionColumns(ColumnDraft draft) {
    this.draft = draft;
  }

  Column of(Condition condition) {
    if (condition instanceof BooleanCondition b) {
      return combined(b);
    } else if (condition instanceof TrivialColumnCondition) {
      return lit(true);
    } else if (condition instanceof BaseColumnCondition c) {
      return ofColumn(c, draft.indexOf(c.getColumnName()));
    }
    throw new NoCounterpartException(
        "Spark has no counterpart of " + condition.getClass().getSimpleName());
  }

  /** Whether a value of a column is invalid by the column's restrictions; never null. */
  Column invalid(int column) {
    ColumnMetaData restrictions = draft.schema().getMetaData(column);
    Column value = draft.value(column);
    Column invalid =
        ColumnValidity.of(restrictions, value).map(valid -> not(valid)).orElse(lit(false));
    return when(value.isNull(), lit(!ColumnValidity.ofNull(restrictions))).otherwise(invalid);
  }

  private Column combined(BooleanCondition condition) {
    List<Column> operands = new ArrayList<>();
    for (Condition operand : condition.getConditions()) {
      operands.add(of(operand));
    }
    return switch (condition.getType()) {
      case NOT -> not(operands.get(0));
      case XOR -> operands.get(0).notEqual(operands.get(1));
      case AND -> fold(operands, (first, rest) -> when(first, rest).when(not(first), lit(false)));
      case OR -> fold(operands, (first, rest) -> when(first, lit(true)).when(not(first), rest));
    };
  }

  private static Column fold(List<Column> operands, BinaryOperator<Column> decide) {
    Column result = operands.get(operands.size() - 1);
    for (int i = operands.size() - 2; i >= 0; i--) {
      result = decide.apply(operands.get(i), result);
    }
    return result;
  }

  private Column ofColumn(BaseColumnCondition condition, int column) {
    if (condition instanceof DoubleColumnCondition c) {
      Column x = draft.number(column, ValueKind.DOUBLE);
      return floating(x, c.getOp(), c.getValue(), c.getSet(), Double.class);
    } else if (condition instanceof FloatColumnCondition c) {
      Column x = draft.number(column, ValueKind.FLOAT);
      return floating(x, c.getOp(), c.getValue(), c.getSet(), Float.class);
    } else if (condition instanceof IntegerColumnCondition c) {
      Column x = draft.number(column, ValueKind.INT);
      return compared(x, c.getOp(), c.getValue(), c.getSet(), Integer.class);
    } else if (condition instanceof LongColumnCondition c) {
      Column x = draft.number(column, ValueKind.LONG);
      return compared(x, c.getOp(), c.getValue(), c.getSet(), Long.class);
    } else if (condition instanceof TimeColumnCondition c) {
      Column x = draft.number(column, ValueKind.LONG);
      return compared(x, c.getOp(), c.getValue(), c.getSet(), Long.class);
    } else if (condition instanceof StringColumnCondition c) {
      Column x = draft.textWithWordForNull(column);
      return comparedText(x, c.getOp(), c.getValue(), c.getSet());
    } else if (condition instanceof CategoricalColumnCondition c) {
      Column x = draft.textWithWordForNull(column);
      return comparedText(x, c.getOp(), c.getValue(), c.getSet());
    } else if (condition instanceof StringRegexColumnCondition c) {
      return ColumnValidity.matches(draft.textWithWordForNull(column), c.getRegex());
    } else if (condition instanceof NullWritableColumnCondition) {
      return draft.value(column).isNull();
    }
    throw new NoCounterpartException(
        "Spark has no counterpart of " + condition.getClass().getSimpleName());
  }

  private static Column comparedText(Column x, ConditionOp op, String value, Set<String> set) {
    return switch (op) {
      case Equal, NotEqual, InSet, NotInSet -> compared(x, op, value, set, String.class);
      default -> throw new NoCounterpartException("DataVec has no order of texts");
    };
  }

  private static Column compared(
      Column x, ConditionOp op, Object value, Set<?> set, Class<?> type) {
    return switch (op) {
      case LessThan -> x.lt(constant(value, type));
      case LessOrEqual -> x.leq(constant(value, type));
      case GreaterThan -> x.gt(constant(value, type));
      case GreaterOrEqual -> x.geq(constant(value, type));
      case Equal -> x.equalTo(constant(value, type));
      case NotEqual -> x.notEqual(constant(value, type));
      case InSet -> in(x, set, type);
      case NotInSet -> not(in(x, set, type));
    };
  }

  private static Column in(Column x, Set<?> set, Class<?> type) {
    List<Object> members = members(set, type);
    // Spark takes a null to be in no empty set; DataVec throws
    return members.isEmpty() ? when(x.isNotNull(), lit(false)) : x.isin(members.toArray());
  }

  /** Java's comparisons: NaN is less, equal and greater than nothing; in sets it is itself. */
  private static Column floating(
      Column x, ConditionOp op, Number value, Set<?> set, Class<?> type) {
    boolean nan = value == null || Double.isNaN(value.doubleValue());
    return switch (op) {
      case InSet -> inFloating(x, set, type);
      case NotInSet -> not(inFloating(x, set, type));
      case NotEqual -> nan ? when(x.isNotNull(), lit(true)) : compared(x, op, value, set, type);
      case GreaterThan, GreaterOrEqual ->
          nan
              ? when(x.isNotNull(), lit(false))
              : compared(x, op, value, set, type).and(not(isnan(x)));
      default -> nan ? when(x.isNotNull(), lit(false)) : compared(x, op, value, set, type);
    };
  }

  /** Members of a set are told apart by their bits, so the two zeros differ. */
  private static Column inFloating(Column x, Set<?> set, Class<?> type) {
    boolean zero = false;
    boolean negativeZero = false;
    List<Object> others = new ArrayList<>();
    for (Object member : members(set, type)) {
      double number = ((Number) member).doubleValue();
      if (number == 0) {
        zero |= 1 / number > 0;
        negativeZero |= 1 / number < 0;
      } else {
        others.add(member);
      }
    }
    Column found = others.isEmpty() ? lit(false) : x.isin(others.toArray());
    if (zero || negativeZero) {
      Column positive = pow(x, lit(-1.0)).gt(lit(0.0));
      Column among = zero && negativeZero ? lit(true) : zero ? positive : not(positive);
      found = when(x.equalTo(lit(0.0)), among).otherwise(found);
    }
    return when(x.isNotNull(), found);
  }

  private static List<Object> members(Set<?> set, Class<?> type) {
    List<Object> members = new ArrayList<>();
    for (Object member : set == null ? Set.of() : set) {
      members.add(constant(member, type));
    }
    return members;
  }

  private static Object constant(Object value, Class<?> type) {
    if (!type.isInstance(value)) {
      throw new NoCounterpartException(
          "its constant "
              + value
              + " is no "
              + type.getSimpleName()
              + ", and DataVec never finds it");
    }
    return value;
  }
}

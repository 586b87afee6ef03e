// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.map;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.try_element_at;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.metadata.CategoricalMetaData;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.transform.categorical.CategoricalToIntegerTransform;
import org.datavec.api.transform.transform.categorical.CategoricalToOneHotTransform;
import org.datavec.api.transform.transform.categorical.FirstDigitTransform;
import org.datavec.api.transform.transform.categorical.IntegerToCategoricalTransform;
import org.datavec.api.transform.transform.categorical.PivotTransform;
import org.datavec.api.transform.transform.integer.IntegerToOneHotTransform;

/** Steps between categories, their numbers, and one-hot columns. */
final class CategorySteps implements StepCompiler {
  private static final Object[] DIGITS = IntStream.range(0, 10).mapToObj(String::valueOf).toArray();

  @Override
  public boolean compile(Step step, ColumnDraft draft) {
    Transform transform = step.action().getTransform();
    if (transform instanceof CategoricalToIntegerTransform t) {
      int column = draft.indexOf(t.columnName());
      draft.replaceNullToo(column, place(draft, column), step.output());
    } else if (transform instanceof CategoricalToOneHotTransform t) {
      int column = draft.indexOf(t.columnName());
      int states = states(draft, column).size();
      oneHot(step, draft, column, place(draft, column), IntStream.range(0, states));
    } else if (transform instanceof IntegerToOneHotTransform t) {
      int column = draft.indexOf(t.columnName());
      Column x = draft.number(column, ValueKind.INT);
      Column valid = when(x.between(lit(t.getMinValue()), lit(t.getMaxValue())), x);
      IntStream values = IntStream.rangeClosed(t.getMinValue(), t.getMaxValue());
      oneHot(step, draft, column, valid, values);
    } else if (transform instanceof IntegerToCategoricalTransform t) {
      int column = draft.indexOf(t.columnName());
      Column x = draft.number(column, ValueKind.INT);
      draft.replace(column, named(t.getMap(), x), step.output());
    } else if (transform instanceof FirstDigitTransform t) {
      firstDigit(t, step, draft);
    } else if (transform instanceof PivotTransform t) {
      pivot(t, step, draft);
    } else {
      return false;
    }
    return true;
  }

  private static List<String> states(ColumnDraft draft, int column) {
    if (!(draft.schema().getMetaData(column) instanceof CategoricalMetaData categorical)) {
      throw new IllegalStateException(draft.schema().getMetaData(column) + " has no states");
    }
    return categorical.getStateNames();
  }

  /** The place of a category among the states, from 0; null when it is none of them. */
  private static Column place(ColumnDraft draft, int column) {
    List<String> states = states(draft, column);
    if (new HashSet<>(states).size() < states.size()) {
      throw new NoCounterpartException("a state is listed twice");
    }
    Column list = array(states.stream().map(s -> lit(s)).toArray(Column[]::new));
    String found =
        draft.define(
            array_position(list, draft.textWithWordForNull(column)).cast(ValueKind.INT.type()));
    Column place = draft.reference(found);
    return when(place.gt(lit(0)), place.minus(lit(1)));
  }

  /** Replaces a column by one for each of the values, with 1 where it holds and 0 elsewhere. */
  private static void oneHot(
      Step step, ColumnDraft draft, int column, Column valid, IntStream values) {
    String name = draft.define(valid);
    Column hot = draft.reference(name);
    List<String> columns = new ArrayList<>(draft.cells());
    columns.remove(column);
    columns.addAll(
        column,
        values
            .mapToObj(v -> draft.define(hot.equalTo(lit(v)).cast(ValueKind.INT.type())))
            .toList());
    draft.become(step.output(), columns);
    draft.mustNotBeNull(name);
  }

  /** The value in the column of its key, and the default in those of the others. */
  private static void pivot(PivotTransform pivot, Step step, ColumnDraft draft) {
    int key = draft.indexOf(pivot.getKeyColumn());
    int value = draft.indexOf(pivot.getValueColumn());
    int states = states(draft, key).size();
    ColumnMetaData type = draft.schema().getMetaData(value);
    Column other = StructureSteps.literal(pivot.getDefaultValue(), type);
    Column state = draft.reference(draft.define(place(draft, key)));
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < draft.cells().size(); i++) {
      if (i == key) {
        for (int j = 0; j < states; j++) {
          Column here = state.equalTo(lit(j));
          columns.add(draft.define(when(here, draft.value(value)).when(not(here), other)));
        }
      } else if (i != value) {
        columns.add(draft.cells().get(i));
      }
    }
    draft.mustHold(state.isNotNull());
    draft.become(step.output(), columns);
  }

  private static Column named(Map<Integer, String> names, Column x) {
    if (names.isEmpty()) {
      return lit(null).cast(ValueKind.TEXT.type());
    }
    List<Column> entries = new ArrayList<>();
    names.forEach(
        (number, name) -> {
          entries.add(lit(number));
          entries.add(lit(name));
        });
    return try_element_at(map(entries.toArray(Column[]::new)), x);
  }

  private static void firstDigit(FirstDigitTransform t, Step step, ColumnDraft draft) {
    int column = draft.indexOf(t.columnName());
    Column text = draft.textWithWordForNull(column);
    Column second = text.startsWith("-").and(length(text).gt(lit(1)));
    Column first = when(second, substring(text, 2, 1)).otherwise(substring(text, 1, 1));
    Column digit = when(first.isin(DIGITS), first);
    List<String> states =
        ((CategoricalMetaData) step.output().getMetaData(t.outputColumnName())).getStateNames();
    if (states.contains(FirstDigitTransform.OTHER_CATEGORY)) {
      digit = coalesce(digit, lit(FirstDigitTransform.OTHER_CATEGORY));
    }
    if (t.outputColumnName().equals(t.columnName())) {
      draft.replaceNullToo(column, digit, step.output());
      return;
    }
    String name = draft.define(digit);
    List<String> columns = new ArrayList<>(draft.cells());
    columns.add(column + 1, name);
    draft.become(step.output(), columns);
    draft.mustNotBeNull(name);
  }
}

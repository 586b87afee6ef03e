// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.transform.categorical.StringToCategoricalTransform;
import org.datavec.api.transform.transform.doubletransform.ConvertToDouble;
import org.datavec.api.transform.transform.floattransform.ConvertToFloat;
import org.datavec.api.transform.transform.integer.ConvertToInteger;
import org.datavec.api.transform.transform.parse.ParseDoubleTransform;
import org.datavec.api.transform.transform.string.ConvertToString;

/** Steps that give a column another type: Spark's casts, which are Java's for numbers. */
final class ConversionSteps implements StepCompiler {
  @Override
  public boolean compile(Step step, ColumnDraft draft) {
    Transform transform = step.action().getTransform();
    if (transform instanceof ConvertToInteger) {
      convert(step, draft, ValueKind.INT);
    } else if (transform instanceof ConvertToFloat) {
      convert(step, draft, ValueKind.FLOAT);
    } else if (transform instanceof ConvertToDouble) {
      convert(step, draft, ValueKind.DOUBLE);
    } else if (transform instanceof ConvertToString) {
      int column = draft.indexOf(transform.columnName());
      draft.replace(column, draft.text(column), step.output());
    } else if (transform instanceof StringToCategoricalTransform) {
      requireText(draft, draft.indexOf(transform.columnName()));
      draft.become(step.output(), draft.cells());
    } else if (transform instanceof ParseDoubleTransform) {
      parseDoubles(step, draft);
    } else {
      return false;
    }
    return true;
  }

  /** All text columns at once: one that is no number makes all that the step writes invalid. */
  private static void parseDoubles(Step step, ColumnDraft draft) {
    Map<Integer, Column> numbers = new LinkedHashMap<>();
    Column all = lit(true);
    for (int i = 0; i < draft.cells().size(); i++) {
      if (draft.kind(i) == ValueKind.TEXT) {
        if (draft.schema().getType(i) == ColumnType.Categorical) {
          throw new NoCounterpartException(
              "it makes numbers of '"
                  + draft.schema().getName(i)
                  + "' and still calls it categories");
        }
        Column text = draft.value(i);
        Column number = draft.reference(draft.define(draft.number(i, ValueKind.DOUBLE)));
        numbers.put(i, number);
        all = all.and(text.isNull().or(number.isNotNull()));
      }
    }
    Column valid = draft.reference(draft.define(all));
    List<String> cells = new ArrayList<>(draft.cells());
    numbers.forEach((i, number) -> cells.set(i, draft.define(when(valid, number))));
    draft.mustHold(valid);
    draft.become(step.output(), cells);
  }

  private static void convert(Step step, ColumnDraft draft, ValueKind target) {
    int column = draft.indexOf(step.action().getTransform().columnName());
    Column number = draft.number(column, target);
    draft.replace(column, number, step.output());
  }

  private static void requireText(ColumnDraft draft, int column) {
    if (draft.kind(column) != ValueKind.TEXT) {
      throw new NoCounterpartException(
          "column '"
              + draft.schema().getName(column)
              + "' holds no text, and DataVec leaves its values as they are");
    }
  }
}

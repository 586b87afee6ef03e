// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import org.apache.spark.sql.Column;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.transform.categorical.StringToCategoricalTransform;
import org.datavec.api.transform.transform.doubletransform.ConvertToDouble;
import org.datavec.api.transform.transform.floattransform.ConvertToFloat;
import org.datavec.api.transform.transform.integer.ConvertToInteger;
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
    } else {
      return false;
    }
    return true;
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

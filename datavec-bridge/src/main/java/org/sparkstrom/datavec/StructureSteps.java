// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.transform.column.AddConstantColumnTransform;
import org.datavec.api.transform.transform.column.DuplicateColumnsTransform;
import org.datavec.api.transform.transform.column.RemoveAllColumnsExceptForTransform;
import org.datavec.api.transform.transform.column.RemoveColumnsTransform;
import org.datavec.api.transform.transform.column.RenameColumnsTransform;
import org.datavec.api.transform.transform.column.ReorderColumnsTransform;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;

/** Steps that move columns about and never look at a value: they cost a compiled run nothing. */
final class StructureSteps implements StepCompiler {
  @Override
  public boolean compile(Step step, ColumnDraft draft) {
    Transform transform = step.action().getTransform();
    if (transform instanceof RenameColumnsTransform) {
      draft.become(step.output(), draft.cells());
    } else if (transform instanceof RemoveColumnsTransform
        || transform instanceof RemoveAllColumnsExceptForTransform
        || transform instanceof ReorderColumnsTransform) {
      draft.become(step.output(), byName(step, draft));
    } else if (transform instanceof DuplicateColumnsTransform duplicate) {
      draft.become(step.output(), duplicated(duplicate, draft));
    } else if (transform instanceof AddConstantColumnTransform constant) {
      addConstant(constant, step, draft);
    } else {
      return false;
    }
    return true;
  }

  private static List<String> byName(Step step, ColumnDraft draft) {
    List<String> columns = new ArrayList<>();
    for (String name : step.output().getColumnNames()) {
      columns.add(draft.cells().get(draft.indexOf(name)));
    }
    return columns;
  }

  private static List<String> duplicated(DuplicateColumnsTransform step, ColumnDraft draft) {
    Set<String> twice = new HashSet<>(step.getColumnsToDuplicate());
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < draft.cells().size(); i++) {
      columns.add(draft.cells().get(i));
      if (twice.contains(draft.schema().getName(i))) {
        columns.add(draft.cells().get(i));
      }
    }
    return columns;
  }

  private static void addConstant(AddConstantColumnTransform step, Step place, ColumnDraft draft) {
    ColumnMetaData added = place.output().getMetaData(place.output().numColumns() - 1);
    List<String> columns = new ArrayList<>(draft.cells());
    columns.add(draft.define(literal(step.getFixedValue(), added)));
    draft.become(place.output(), columns);
  }

  /** A writable as a constant of a column's type. */
  static Column literal(Writable value, ColumnMetaData column) {
    ValueKind kind =
        ValueKind.of(column.getColumnType())
            .orElseThrow(() -> new NoCounterpartException("its constant is an NDArray"));
    if (value instanceof NullWritable) {
      return lit(null).cast(kind.type());
    }
    return lit(
        kind.valueOf(value)
            .orElseThrow(
                () ->
                    new NoCounterpartException(
                        "its constant, a "
                            + value.getClass().getSimpleName()
                            + ", is not of the type "
                            + column.getColumnType()
                            + " of its column")));
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.condition.Condition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.filter.Filter;
import org.datavec.api.transform.filter.FilterInvalidValues;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.metadata.IntegerMetaData;
import org.datavec.api.transform.transform.condition.ConditionalCopyValueTransform;
import org.datavec.api.transform.transform.condition.ConditionalReplaceValueTransform;
import org.datavec.api.transform.transform.condition.ConditionalReplaceValueTransformWithDefault;
import org.datavec.api.transform.transform.integer.ReplaceEmptyIntegerWithValueTransform;
import org.datavec.api.transform.transform.integer.ReplaceInvalidWithIntegerTransform;

/** Steps that decide: filters, and replacements of values that meet a condition. */
final class ConditionSteps implements StepCompiler {
  @Override
  public boolean compile(Step step, ColumnDraft draft) {
    Transform transform = step.action().getTransform();
    if (transform == null) {
      return filter(step.action().getFilter(), draft);
    } else if (transform instanceof ConditionalReplaceValueTransform t) {
      int column = draft.indexOf(t.getColumnToReplace());
      Column value = StructureSteps.literal(t.getNewValue(), draft.schema().getMetaData(column));
      choose(step, draft, column, t.getCondition(), value, draft.value(column));
    } else if (transform instanceof ConditionalReplaceValueTransformWithDefault t) {
      int column = draft.indexOf(t.getColumnToReplace());
      ColumnMetaData type = draft.schema().getMetaData(column);
      Column yes = StructureSteps.literal(t.getYesVal(), type);
      Column no = StructureSteps.literal(t.getNoVal(), type);
      choose(step, draft, column, t.getCondition(), yes, no);
    } else if (transform instanceof ConditionalCopyValueTransform t) {
      int column = draft.indexOf(t.getColumnToReplace());
      int source = draft.indexOf(t.getSourceColumn());
      if (draft.kind(source) != draft.kind(column)) {
        throw new NoCounterpartException(
            "it copies a " + draft.kind(source) + " into a column of " + draft.kind(column));
      }
      choose(step, draft, column, t.getCondition(), draft.value(source), draft.value(column));
    } else if (transform instanceof ReplaceInvalidWithIntegerTransform t) {
      replaceInvalid(t, step, draft);
    } else if (transform instanceof ReplaceEmptyIntegerWithValueTransform t) {
      if (draft.kind(draft.indexOf(t.columnName())) == ValueKind.TEXT) {
        throw new NoCounterpartException("it puts integers into a column of text");
      }
      draft.become(step.output(), draft.cells()); // no number is empty text
    } else {
      return false;
    }
    return true;
  }

  private static boolean filter(Filter filter, ColumnDraft draft) {
    ConditionColumns conditions = new ConditionColumns(draft);
    if (filter instanceof ConditionFilter f) {
      draft.filter(conditions.of(f.getCondition()));
    } else if (filter instanceof FilterInvalidValues f) {
      List<String> names =
          f.isFilterAnyInvalid()
              ? draft.schema().getColumnNames()
              : Arrays.asList(f.getColumnsToFilterIfInvalid());
      draft.filter(
          names.stream()
              .map(name -> conditions.invalid(draft.indexOf(name)))
              .reduce(lit(false), Column::or));
    } else {
      return false;
    }
    return true;
  }

  private static void choose(
      Step step, ColumnDraft draft, int column, Condition condition, Column yes, Column no) {
    Column holds = new ConditionColumns(draft).of(condition);
    Column decided = draft.reference(draft.define(holds));
    List<String> columns = new ArrayList<>(draft.cells());
    columns.set(column, draft.define(when(decided, yes).when(not(decided), no)));
    draft.mustHold(decided.isNotNull());
    draft.become(step.output(), columns);
  }

  private static void replaceInvalid(
      ReplaceInvalidWithIntegerTransform t, Step step, ColumnDraft draft) {
    int column = draft.indexOf(t.columnName());
    if (!(draft.schema().getMetaData(column) instanceof IntegerMetaData)) {
      throw new NoCounterpartException("it puts integers into a column of another type");
    }
    Column invalid = new ConditionColumns(draft).invalid(column);
    Column result = when(invalid, lit(t.getValue())).otherwise(draft.value(column));
    draft.replaceNullToo(column, result, step.output());
  }
}

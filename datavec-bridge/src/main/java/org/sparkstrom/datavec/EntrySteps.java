// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.datavec.api.transform.condition.Condition;

/**
 * The part of a step over many rows that sees one row, as columns: which values go in, and which
 * rows are invalid. {@link RowEntry} states the rules.
 */
final class EntrySteps implements StepCompiler {
  @Override
  public boolean compile(Step step, ColumnDraft draft) {
    if (step.action().getReducer() != null) {
      enterReduce(step, Reduction.of(step), draft);
    } else if (step.action().getCalculateSortedRank() != null) {
      RankOrder order = RankOrder.of(step);
      draft.mustHold(order.key(draft, order.column()).isNotNull());
      draft.become(step.input(), draft.cells());
    } else {
      return false;
    }
    return true;
  }

  private static void enterReduce(Step step, Reduction reduction, ColumnDraft draft) {
    ConditionColumns conditions = new ConditionColumns(draft);
    List<String> cells = new ArrayList<>(draft.cells());
    for (int i = 0; i < cells.size(); i++) {
      if (reduction.isKey(i)) {
        continue;
      }
      Optional<Condition> condition = reduction.condition(i);
      boolean ignores = reduction.ignoresInvalid(i);
      if (condition.isEmpty() && !ignores) {
        draft.mustNotBeNull(cells.get(i));
        continue;
      }
      Column takes = lit(true);
      if (condition.isPresent()) {
        takes = draft.reference(draft.define(conditions.of(condition.get())));
        draft.mustHold(takes.isNotNull());
      }
      Column value = draft.value(i);
      if (ignores) {
        takes = takes.and(value.isNotNull()).and(not(conditions.invalid(i)));
      } else {
        draft.mustHold(not(takes).or(value.isNotNull()));
      }
      cells.set(i, draft.define(when(takes, value)));
    }
    draft.become(step.input(), cells);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import org.datavec.api.transform.ColumnOp;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.DataAction;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.transform.sequence.ConvertToSequence;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform.DerivedColumn;
import org.sparkstrom.datavec.sequence.WholeSequences;

/**
 * One step of a TransformProcess: one that works on one row at a time, one that makes sequences,
 * works on them, or takes them apart, or, where {@link #needsManyRows()}, a reduce or a rank.
 *
 * @param place 1-based place in the process
 * @param count steps in the process
 * @param action the transform, filter, conversion, split, reducer or rank
 * @param input schema before the step
 * @param output schema after the step
 */
record Step(int place, int count, DataAction action, Schema input, Schema output) {

  /**
   * The steps of a process.
   *
   * @throws IllegalArgumentException when one of them cannot run; the message names the step, its
   *     place and the remedy
   */
  static List<Step> of(TransformProcess process) {
    List<DataAction> actions = process.getActionList();
    List<Step> steps = new ArrayList<>();
    Schema current = process.getInitialSchema();
    for (int i = 0; i < actions.size(); i++) {
      DataAction action = actions.get(i);
      refuseIfNotPossible(action, current, "step " + (i + 1) + " of " + actions.size());
      tell(action, current);
      Schema next = outputOf(action, current);
      Step step = new Step(i + 1, actions.size(), action, current, next);
      refuseIfFieldIsLost(step);
      refuseIfNotComputable(step);
      steps.add(step);
      current = next;
    }
    return List.copyOf(steps);
  }

  /** The class of the step's operation. */
  String name() {
    return operation().getClass().getSimpleName();
  }

  /** Place, kind and columns of this step, for people. */
  String describe() {
    List<String> columns = columns();
    return "step "
        + place
        + " of "
        + count
        + ", "
        + name()
        + (columns.isEmpty() ? "" : " on " + columns);
  }

  /** The columns that the operation names; none when it cannot tell. */
  List<String> columns() {
    if (action.getReducer() != null) {
      List<String> keys = action.getReducer().getKeyColumns();
      return keys == null ? List.of() : List.copyOf(keys);
    } else if (action.getCalculateSortedRank() != null) {
      return List.of(action.getCalculateSortedRank().getSortOnColumn());
    }
    Object operation = operation();
    try {
      if (operation instanceof ConvertToSequence grouping) {
        return isGrouping() ? List.of(grouping.getKeyColumns()) : List.of();
      }
      return operation instanceof ColumnOp op ? List.of(op.columnNames()) : List.of();
    } catch (RuntimeException e) {
      return List.of();
    }
  }

  /** DataVec writes some fields of a time, the month among them, and reads them back as none. */
  private static void refuseIfFieldIsLost(Step step) {
    if (step.action.getTransform() instanceof DeriveColumnsFromTimeTransform t) {
      for (DerivedColumn column : t.getDerivedColumns()) {
        if (column.getColumnType() == ColumnType.Integer && column.getFieldType() == null) {
          throw new IllegalArgumentException(
              step.describe()
                  + ", has no field of the time for its column '"
                  + column.getColumnName()
                  + "'; DataVec cannot read back every field from the process's JSON (monthOfYear is"
                  + " one that it loses): take addStringDerivedColumn with a format such as 'MM', and"
                  + " convert the column to integer");
        }
      }
    }
  }

  /** Throws when a reduce or a rank is none that DataVec or Spark can carry out. */
  private static void refuseIfNotComputable(Step step) {
    if (step.action.getReducer() != null) {
      Reduction.of(step);
    } else if (step.action.getCalculateSortedRank() != null) {
      RankOrder.of(step);
    }
  }

  /** Whether it looks at many rows at once that are no sequence: a reduce or a rank. */
  boolean needsManyRows() {
    return action.getReducer() != null || action.getCalculateSortedRank() != null;
  }

  /**
   * The columns of a row after the part of the step that sees one row: its result, or, of a step
   * over many rows, what a row takes into it.
   */
  Schema rowOutput() {
    return needsManyRows() ? input : output;
  }

  /** Whether the step makes sequences, one of each row or one of all rows with the same key. */
  boolean makesSequences() {
    return action.getConvertToSequence() != null;
  }

  /** Whether the step makes sequences of all rows with the same key. */
  boolean isGrouping() {
    return makesSequences() && !action.getConvertToSequence().isSingleStepSequencesMode();
  }

  /** Whether the step takes a sequence. */
  boolean takesSequences() {
    return input instanceof SequenceSchema;
  }

  private Object operation() {
    if (action.getTransform() != null) {
      return action.getTransform();
    } else if (action.getFilter() != null) {
      return action.getFilter();
    } else if (makesSequences()) {
      return action.getConvertToSequence();
    } else if (needsManyRows()) {
      return action.getReducer() != null ? action.getReducer() : action.getCalculateSortedRank();
    }
    return action.getSequenceSplit() != null
        ? action.getSequenceSplit()
        : action.getConvertFromSequence();
  }

  /** Gives an operation its columns, which may be others than those that DataVec gave it. */
  private static void tell(DataAction action, Schema input) {
    if (action.getTransform() != null) {
      action.getTransform().setInputSchema(input);
    } else if (action.getFilter() != null) {
      action.getFilter().setInputSchema(input);
    } else if (action.getSequenceSplit() != null) {
      action.getSequenceSplit().setInputSchema(input);
    } else if (action.getConvertToSequence() != null) {
      action.getConvertToSequence().setInputSchema(input);
    } else if (action.getReducer() != null) {
      action.getReducer().setInputSchema(input);
    } else if (action.getCalculateSortedRank() != null) {
      action.getCalculateSortedRank().setInputSchema(input);
    }
  }

  private static Schema outputOf(DataAction action, Schema input) {
    if (action.getTransform() != null) {
      return input instanceof SequenceSchema sequences
          ? WholeSequences.output(action.getTransform(), sequences)
          : action.getTransform().transform(input);
    } else if (action.getConvertToSequence() != null) {
      return action.getConvertToSequence().transform(input);
    } else if (action.getConvertFromSequence() != null) {
      return action.getConvertFromSequence().transform((SequenceSchema) input);
    } else if (action.getReducer() != null) {
      return action.getReducer().transform(input);
    } else if (action.getCalculateSortedRank() != null) {
      return action.getCalculateSortedRank().transform(input);
    }
    return input;
  }

  private static void refuseIfNotPossible(DataAction action, Schema input, String place) {
    boolean manyRows = action.getReducer() != null || action.getCalculateSortedRank() != null;
    if (manyRows && input instanceof SequenceSchema) {
      throw new IllegalArgumentException(
          place
              + " of the TransformProcess, "
              + (action.getReducer() != null ? "reduce" : "calculateSortedRank")
              + ", works on rows, but there are sequences here, as in DataVec; put"
              + " convertFromSequence before it, or reduce each sequence by reduceSequence");
    }
    if (!manyRows
        && action.getTransform() == null
        && action.getFilter() == null
        && action.getConvertToSequence() == null
        && action.getConvertFromSequence() == null
        && action.getSequenceSplit() == null) {
      throw new IllegalArgumentException(
          place
              + " of the TransformProcess is an action without an operation; end this process"
              + " before it, and put the steps that follow into a second TransformProcess");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.condition.Condition;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.reduce.AggregableReductionUtils;
import org.datavec.api.transform.reduce.Reducer;
import org.datavec.api.transform.schema.Schema;

/**
 * What a reduce does, column by column: DataVec's {@link Reducer} with its defaults and precedences
 * worked out, so that the columns of Spark and the group pass read the same.
 *
 * @param step the reduce
 * @param keys the places of the key columns, in the order in which they are named; none when all
 *     rows are one group
 * @param results what the columns of the result are, in order
 */
record Reduction(Step step, List<Integer> keys, List<Result> results) {

  /**
   * One column of the result.
   *
   * @param column the place of the column that it is made of
   * @param op how; empty for a key column, which is kept
   */
  record Result(int column, Optional<ReduceOp> op) {}

  /**
   * The reduction of a reduce step.
   *
   * @throws IllegalArgumentException when DataVec cannot carry it out; the message names step and
   *     column, and the remedy
   */
  static Reduction of(Step step) {
    if (!(step.action().getReducer() instanceof Reducer reducer)) {
      throw refused(step, "is no " + Reducer.class.getName() + "; use that class");
    }
    if (reducer.getCustomReductions() != null && !reducer.getCustomReductions().isEmpty()) {
      throw refused(
          step,
          "has reductions of a class of your own, for "
              + reducer.getCustomReductions().keySet()
              + ", which DataVec's JSON cannot carry to the executors; use DataVec's operations, or"
              + " do its work on the DataFrame with a typed Aggregator");
    }
    Schema input = step.input();
    List<Integer> keys = new ArrayList<>();
    for (String key :
        reducer.getKeyColumns() == null ? List.<String>of() : reducer.getKeyColumns()) {
      keys.add(keyColumn(step, key));
    }
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < input.numColumns(); i++) {
      if (keys.contains(i)) {
        results.add(new Result(i, Optional.empty()));
        continue;
      }
      for (ReduceOp op : operations(reducer, input.getName(i))) {
        requirePossible(step, op, input.getMetaData(i));
        results.add(new Result(i, Optional.of(op)));
      }
    }
    if (results.size() != step.output().numColumns()) {
      throw refused(
          step,
          "announces "
              + step.output().numColumns()
              + " columns for "
              + results.size()
              + " reductions; give each column one operation at least");
    }
    return new Reduction(step, List.copyOf(keys), List.copyOf(results));
  }

  /** The columns before the reduce. */
  Schema input() {
    return step.input();
  }

  boolean isKey(int column) {
    return keys.contains(column);
  }

  /** On which rows a column is reduced; empty when on all. */
  Optional<Condition> condition(int column) {
    Map<String, Reducer.ConditionalReduction> conditional = reducer().getConditionalReductions();
    String name = input().getName(column);
    return conditional == null || isKey(column)
        ? Optional.empty()
        : Optional.ofNullable(conditional.get(name)).map(c -> c.getCondition());
  }

  /** Whether values of a column that break its restrictions are left out. */
  boolean ignoresInvalid(int column) {
    return reducer().getIgnoreInvalidInColumns() != null
        && reducer().getIgnoreInvalidInColumns().contains(input().getName(column));
  }

  private Reducer reducer() {
    return (Reducer) step.action().getReducer();
  }

  private static List<ReduceOp> operations(Reducer reducer, String column) {
    Map<String, Reducer.ConditionalReduction> conditional = reducer.getConditionalReductions();
    if (conditional != null && conditional.containsKey(column)) {
      return conditional.get(column).getReductions();
    }
    List<ReduceOp> operations = reducer.getOpMap().get(column);
    return operations == null || operations.isEmpty()
        ? List.of(reducer.getDefaultOp())
        : operations;
  }

  private static int keyColumn(Step step, String key) {
    if (!step.input().hasColumn(key)) {
      throw refused(
          step,
          "has the key column '" + key + "', but the columns are " + step.input().getColumnNames());
    }
    if (step.input().getType(key) == ColumnType.NDArray) {
      throw refused(
          step,
          "has the key column '" + key + "', an NDArray; make a text or a number of it first");
    }
    return step.input().getIndexOfColumn(key);
  }

  private static void requirePossible(Step step, ReduceOp op, ColumnMetaData column) {
    try {
      if (column.getColumnType() == ColumnType.Bytes) {
        throw new UnsupportedOperationException("DataVec reads Bytes as one number");
      }
      AggregableReductionUtils.reduceColumn(List.of(op), column.getColumnType(), false, column);
    } catch (UnsupportedOperationException e) {
      throw new IllegalArgumentException(
          refused(
                      step,
                      "cannot take "
                          + op
                          + " of column '"
                          + column.getName()
                          + "', a "
                          + column.getColumnType()
                          + " column")
                  .getMessage()
              + " ("
              + e.getMessage()
              + "); choose another operation, make the column a key, convert it or remove it before"
              + " the reduce",
          e);
    }
  }

  private static IllegalArgumentException refused(Step step, String reason) {
    return new IllegalArgumentException(step.describe() + ", " + reason);
  }
}

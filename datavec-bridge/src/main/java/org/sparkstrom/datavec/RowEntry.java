// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.datavec.api.transform.condition.Condition;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;

/**
 * What a record takes into a step over many rows: its values, with a null for each that the step
 * leaves out. That is decided here, before the rows come together, so that a row which DataVec's
 * step would throw on is refused as by any other step, and alone.
 *
 * <p>A reduce leaves out the values of a column for which its condition does not hold, and those
 * that break the column's restrictions where it ignores such. A null that is not left out makes the
 * row invalid: DataVec throws on it, or reads it as a text. Key columns may be null.
 *
 * @see EntrySteps the same as columns
 */
@FunctionalInterface
interface RowEntry {

  /**
   * The record as it goes into the step.
   *
   * @throws RuntimeException when the step refuses it, and the policy is not to keep it
   */
  List<Writable> take(List<Writable> record, HandleInvalid policy);

  /** The entry of a step over many rows, for all its records. */
  static RowEntry into(Step step) {
    if (step.action().getReducer() != null) {
      Reduction reduction = Reduction.of(step);
      return (record, policy) -> intoReduce(reduction, record, policy);
    }
    RankOrder order = RankOrder.of(step);
    return (record, policy) -> intoRank(order, record, policy);
  }

  private static List<Writable> intoReduce(
      Reduction reduction, List<Writable> record, HandleInvalid policy) {
    List<Writable> taken = new ArrayList<>(record);
    for (int i = 0; i < record.size(); i++) {
      if (reduction.isKey(i)) {
        continue;
      }
      boolean takes;
      try {
        takes = takes(reduction, i, record);
      } catch (RuntimeException e) {
        if (policy != HandleInvalid.KEEP) {
          throw e;
        }
        takes = false;
      }
      if (!takes) {
        taken.set(i, NullWritable.INSTANCE);
      } else if (record.get(i) instanceof NullWritable && policy != HandleInvalid.KEEP) {
        throw new IllegalArgumentException(
            "column '" + reduction.input().getName(i) + "' is null, which cannot be reduced");
      }
    }
    return taken;
  }

  private static boolean takes(Reduction reduction, int column, List<Writable> record) {
    Optional<Condition> condition = reduction.condition(column);
    if (condition.isPresent() && !condition.get().condition(record)) {
      return false;
    }
    Writable value = record.get(column);
    return !reduction.ignoresInvalid(column)
        || (!(value instanceof NullWritable)
            && reduction.input().getMetaData(column).isValid(value));
  }

  private static List<Writable> intoRank(
      RankOrder order, List<Writable> record, HandleInvalid policy) {
    Writable value = record.get(order.column());
    if (policy != HandleInvalid.KEEP) {
      if (value instanceof NullWritable) {
        throw new IllegalArgumentException("a null has no rank");
      }
      order.requireComparable(value);
    }
    return record;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * Runs a process's steps on one record after another, in DataVec, with the bridge's policy for
 * records that a step refuses. Not thread-safe: DataVec's steps are not, so each partition parses
 * its own process.
 */
final class StepRunner {
  private static final String NULL_WORD = NullWritable.INSTANCE.toString();

  private final List<Step> steps;
  private final Schema finalSchema;
  private final FinalCheck finalCheck;
  private final HandleInvalid policy;

  StepRunner(TransformProcess process, HandleInvalid policy) {
    this.steps = Step.of(process);
    this.finalSchema = steps.isEmpty() ? process.getInitialSchema() : last(steps).output();
    this.finalCheck = new FinalCheck(steps, finalSchema);
    this.policy = policy;
  }

  Schema finalSchema() {
    return finalSchema;
  }

  /**
   * The transformed record; empty when a filter removes it.
   *
   * @throws InvalidValueException when a step or the final schema refuses it, and the policy is not
   *     to keep it
   */
  Optional<List<Writable>> run(List<Writable> record) {
    List<Writable> current = record;
    for (Step step : steps) {
      try {
        if (step.action().getTransform() == null) {
          if (step.action().getFilter().removeExample(current)) {
            return Optional.empty();
          }
        } else {
          current = map(step, current);
        }
      } catch (RuntimeException e) {
        if (policy != HandleInvalid.KEEP) {
          throw new InvalidValueException(step.describe(), e);
        }
        current = salvage(step, current);
      }
    }
    if (policy != HandleInvalid.KEEP) {
      finalCheck.check(current);
    }
    return Optional.of(current);
  }

  private static List<Writable> map(Step step, List<Writable> record) {
    List<Writable> result = step.action().getTransform().map(record);
    if (result.size() != step.output().numColumns()) {
      throw new IllegalStateException(
          "gave " + result.size() + " values for " + step.output().numColumns() + " columns");
    }
    refuseNullsAsText(record, result);
    return result;
  }

  /** Some steps on strings take a null for the word "NullWritable": data would be invented. */
  private static void refuseNullsAsText(List<Writable> before, List<Writable> after) {
    boolean hasNull = false;
    for (Writable value : before) {
      hasNull |= value instanceof NullWritable;
    }
    if (hasNull && countNullWords(after) > countNullWords(before)) {
      throw new IllegalArgumentException(
          "the step met a null and would write it as the text '" + NULL_WORD + "'");
    }
  }

  private static int countNullWords(List<Writable> record) {
    int count = 0;
    for (Writable value : record) {
      if (value instanceof Text && value.toString().contains(NULL_WORD)) {
        count++;
      }
    }
    return count;
  }

  /** The record as it is after a step that threw: what the step would have made is null. */
  private static List<Writable> salvage(Step step, List<Writable> before) {
    Transform transform = step.action().getTransform();
    if (transform == null) {
      return before;
    }
    Set<String> touched = outputColumns(transform);
    List<Writable> after = new ArrayList<>(step.output().numColumns());
    for (ColumnMetaData column : step.output().getColumnMetaData()) {
      String name = column.getName();
      boolean untouched =
          !touched.contains(name)
              && step.input().hasColumn(name)
              && step.input().getMetaData(name).equals(column);
      after.add(
          untouched ? before.get(step.input().getIndexOfColumn(name)) : NullWritable.INSTANCE);
    }
    return after;
  }

  private static Set<String> outputColumns(Transform transform) {
    try {
      return new HashSet<>(List.of(transform.outputColumnNames()));
    } catch (RuntimeException e) {
      return Set.of(); // some transforms cannot tell; then a changed type is what shows
    }
  }

  private static Step last(List<Step> steps) {
    return steps.get(steps.size() - 1);
  }
}

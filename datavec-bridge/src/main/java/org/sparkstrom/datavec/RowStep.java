// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.transform.categorical.CategoricalToOneHotTransform;
import org.datavec.api.transform.transform.categorical.PivotTransform;
import org.datavec.api.transform.transform.floattransform.ConvertToFloat;
import org.datavec.api.transform.transform.integer.IntegerToOneHotTransform;
import org.datavec.api.transform.transform.parse.ParseDoubleTransform;
import org.datavec.api.transform.transform.string.ChangeCaseStringTransform;
import org.datavec.api.transform.transform.string.ReplaceStringTransform;
import org.datavec.api.transform.transform.string.StringListToCountsNDArrayTransform;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.FloatWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * One step as a record passes it, in DataVec, with the bridge's policy for records that the step
 * refuses. Of a step over many rows it is the part that sees one row. Not thread-safe: DataVec's
 * steps are not, so each partition parses its own process.
 */
final class RowStep {
  private static final String NULL_WORD = NullWritable.INSTANCE.toString();

  private final Step step;
  private final Optional<RowEntry> entry;

  RowStep(Step step) {
    this.step = step;
    this.entry = step.needsManyRows() ? Optional.of(RowEntry.into(step)) : Optional.empty();
  }

  Step step() {
    return step;
  }

  /**
   * The record after the step; empty when a filter removes it.
   *
   * @throws InvalidValueException when the step refuses it, and the policy is not to keep it
   */
  Optional<List<Writable>> apply(List<Writable> record, HandleInvalid policy) {
    try {
      if (entry.isPresent()) {
        return Optional.of(entry.get().take(record, policy));
      } else if (step.action().getTransform() == null) {
        boolean removed = step.action().getFilter().removeExample(record);
        return removed ? Optional.empty() : Optional.of(record);
      }
      return Optional.of(map(step, record));
    } catch (RuntimeException e) {
      if (policy != HandleInvalid.KEEP) {
        throw new InvalidValueException(step.describe(), RefusedValue.ofStep(step, record), e);
      }
      return Optional.of(salvage(step, record));
    }
  }

  /** The record after a transform; throws whatever the transform throws. */
  static List<Writable> map(Step step, List<Writable> record) {
    Transform transform = step.action().getTransform();
    refuseNullInDisguise(step, transform, record);
    List<Writable> result = transform.map(withoutDataVecsErrors(step, transform, record));
    if (result.size() != step.output().numColumns()) {
      throw new IllegalStateException(
          "gave " + result.size() + " values for " + step.output().numColumns() + " columns");
    }
    refuseNullsAsText(record, result);
    return result;
  }

  /** A record that a step with an error of its own gives the right result for. */
  private static List<Writable> withoutDataVecsErrors(
      Step step, Transform transform, List<Writable> record) {
    if (transform instanceof ConvertToFloat) {
      int column = step.input().getIndexOfColumn(transform.columnName());
      if (record.get(column) instanceof DoubleWritable number) {
        // It would cast the writable itself, and fail
        List<Writable> corrected = new ArrayList<>(record);
        corrected.set(column, new FloatWritable(number.toFloat()));
        return corrected;
      }
    }
    return record;
  }

  /** Steps that change the letters of the word for a null, so that it could not be told after. */
  private static void refuseNullInDisguise(Step step, Transform transform, List<Writable> record) {
    boolean disguises =
        transform instanceof ChangeCaseStringTransform
            || transform instanceof ReplaceStringTransform;
    if (disguises
        && record.get(step.input().getIndexOfColumn(transform.columnName()))
            instanceof NullWritable) {
      throw nullAsText();
    }
  }

  private static IllegalArgumentException nullAsText() {
    return new IllegalArgumentException(
        "the step met a null and would write it as the text '" + NULL_WORD + "'");
  }

  /** Some steps on strings take a null for the word "NullWritable": data would be invented. */
  private static void refuseNullsAsText(List<Writable> before, List<Writable> after) {
    boolean hasNull = false;
    for (Writable value : before) {
      hasNull |= value instanceof NullWritable;
    }
    if (hasNull && countNullWords(after) > countNullWords(before)) {
      throw nullAsText();
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
  static List<Writable> salvage(Step step, List<Writable> before) {
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
    if (transform instanceof CategoricalToOneHotTransform
        || transform instanceof IntegerToOneHotTransform
        || transform instanceof StringListToCountsNDArrayTransform
        || transform instanceof PivotTransform
        || transform instanceof ParseDoubleTransform) {
      return Set.of(); // they name states, words or all columns; those that they make are new
    }
    try {
      return new HashSet<>(List.of(transform.outputColumnNames()));
    } catch (RuntimeException e) {
      return Set.of(); // some transforms cannot tell; then a changed type is what shows
    }
  }
}

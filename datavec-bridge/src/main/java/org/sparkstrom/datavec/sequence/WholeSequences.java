// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.sequence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.transform.sequence.ReduceSequenceTransform;
import org.datavec.api.transform.sequence.SequenceSplit;
import org.datavec.api.transform.sequence.expansion.BaseSequenceExpansionTransform;
import org.datavec.api.transform.sequence.split.SplitMaxLengthSequence;
import org.datavec.api.transform.sequence.trim.SequenceTrimToLengthTransform;
import org.datavec.api.transform.sequence.trim.SequenceTrimTransform;
import org.datavec.api.transform.sequence.window.ReduceSequenceByWindowTransform;
import org.datavec.api.transform.transform.sequence.SequenceDifferenceTransform;
import org.datavec.api.transform.transform.sequence.SequenceMovingWindowReduceTransform;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;

/**
 * DataVec's steps on one whole sequence, a list of time steps of one value for each column: run by
 * DataVec's own objects, and right where those are plainly wrong.
 *
 * <p>That is: an empty sequence is split into itself and has no windows, where DataVec throws or
 * makes a null of it; {@link SplitMaxLengthSequence} with equal splits takes the fewest parts that
 * the length allows and makes their lengths differ by one at most, where DataVec takes their number
 * for their length; {@link SequenceDifferenceTransform} puts its specified value into the first
 * time steps, where DataVec asks the column's place instead of the step's; the schema after a
 * {@link SequenceOffsetTransform} in place has the columns that were offset, which DataVec forgets;
 * and steps on text refuse a null, where DataVec reads the word "NullWritable".
 *
 * <p>Sequences are not changed in place. Not thread-safe, as DataVec's steps are not.
 */
public final class WholeSequences {
  private static final String OF_DATAVEC = "org.datavec.api.transform.";

  private WholeSequences() {}

  /** Whether a transform looks at more than one time step at a time, or may do so. */
  public static boolean isWhole(Transform transform) {
    return transform instanceof SequenceDifferenceTransform
        || transform instanceof SequenceMovingWindowReduceTransform
        || transform instanceof SequenceOffsetTransform
        || transform instanceof SequenceTrimTransform
        || transform instanceof SequenceTrimToLengthTransform
        || transform instanceof ReduceSequenceTransform
        || transform instanceof ReduceSequenceByWindowTransform
        || transform instanceof BaseSequenceExpansionTransform
        || !transform.getClass().getName().startsWith(OF_DATAVEC);
  }

  /**
   * Whether such a transform gives values of the types that its schema announces, by its nature.
   */
  public static boolean keepsTypes(Transform transform) {
    if (transform instanceof SequenceOffsetTransform offset) {
      return offset.getEdgeHandling() == SequenceOffsetTransform.EdgeHandling.TrimSequence;
    } else if (transform instanceof SequenceTrimToLengthTransform trim) {
      return trim.getMode() == SequenceTrimToLengthTransform.Mode.TRIM;
    } else if (transform instanceof SequenceDifferenceTransform difference) {
      return difference.getFirstStepMode() == SequenceDifferenceTransform.FirstStepMode.Default;
    }
    return transform instanceof SequenceTrimTransform
        || (transform instanceof BaseSequenceExpansionTransform
            && transform.getClass().getName().startsWith(OF_DATAVEC));
  }

  /** The columns after a transform of sequences of these columns. */
  public static SequenceSchema output(Transform transform, SequenceSchema input) {
    if (transform instanceof SequenceOffsetTransform offset
        && offset.getOperationType() == SequenceOffsetTransform.OperationType.InPlace) {
      List<ColumnMetaData> columns = new ArrayList<>();
      for (ColumnMetaData column : input.getColumnMetaData()) {
        ColumnMetaData moved = column.clone();
        if (offset.getColumnsToOffset().contains(column.getName())) {
          moved.setName(
              "sequenceOffset(" + offset.getOffsetAmount() + "," + column.getName() + ")");
        }
        columns.add(moved);
      }
      return input.newSchema(columns);
    }
    Schema output = transform.transform(input);
    return output instanceof SequenceSchema sequences
        ? sequences
        : new SequenceSchema(output.getColumnMetaData());
  }

  /**
   * The sequence after a transform.
   *
   * @throws RuntimeException when the transform throws, or gives time steps that its schema does
   *     not announce
   */
  public static List<List<Writable>> map(
      Transform transform, Schema output, List<List<Writable>> sequence) {
    if (transform instanceof ReduceSequenceByWindowTransform && sequence.isEmpty()) {
      return sequence;
    }
    if (transform instanceof SequenceDifferenceTransform difference
        && difference.getFirstStepMode()
            == SequenceDifferenceTransform.FirstStepMode.SpecifiedValue) {
      List<List<Writable>> steps = new ArrayList<>(sequence.size());
      for (int i = 0; i < sequence.size(); i++) {
        steps.add(difference(difference, sequence, i));
      }
      return steps;
    }
    if (transform instanceof BaseSequenceExpansionTransform expansion) {
      refuseNullText(expansion, sequence);
    }
    List<List<Writable>> steps = new ArrayList<>();
    for (List<Writable> step : transform.mapSequence(sequence)) {
      if (step.size() != output.numColumns()) {
        throw new IllegalStateException(
            "gave " + step.size() + " values for " + output.numColumns() + " columns");
      }
      steps.add(withoutJavaNulls(step));
    }
    return steps;
  }

  /**
   * One time step after a transform that gives a time step for each, whatever the others hold;
   * empty when the transform is not of that kind.
   *
   * @throws RuntimeException when the transform throws on this step
   */
  public static Optional<List<Writable>> mapStep(
      Transform transform, Schema output, List<List<Writable>> sequence, int step) {
    if (transform instanceof SequenceDifferenceTransform difference) {
      return Optional.of(difference(difference, sequence, step));
    } else if (transform instanceof SequenceMovingWindowReduceTransform window) {
      int first = Math.max(0, step - window.getLookback() + 1);
      List<List<Writable>> seen = map(transform, output, sequence.subList(first, step + 1));
      return Optional.of(seen.get(seen.size() - 1));
    }
    return Optional.empty();
  }

  /**
   * The parts of a sequence.
   *
   * @throws RuntimeException when the split throws
   */
  public static List<List<List<Writable>>> split(
      SequenceSplit split, List<List<Writable>> sequence) {
    if (sequence.isEmpty()) {
      return List.of(sequence);
    }
    if (split instanceof SplitMaxLengthSequence bounded && bounded.isEqualSplits()) {
      return equalParts(sequence, bounded.getMaxSequenceLength());
    }
    return split.split(sequence);
  }

  /**
   * The time steps in order; steps that are equal to the comparator stay in the order in which they
   * were.
   *
   * @throws RuntimeException when the comparator throws
   */
  public static List<List<Writable>> sorted(
      Comparator<List<Writable>> comparator, List<List<Writable>> steps) {
    List<List<Writable>> sorted = new ArrayList<>(steps);
    sorted.sort(comparator);
    return sorted;
  }

  /** A specified value, or the difference of this step and an earlier one, by DataVec itself. */
  private static List<Writable> difference(
      SequenceDifferenceTransform transform, List<List<Writable>> sequence, int step) {
    String column = transform.columnName();
    Schema schema = transform.getInputSchema();
    boolean specified =
        transform.getFirstStepMode() == SequenceDifferenceTransform.FirstStepMode.SpecifiedValue;
    if (specified && step < transform.getLookback()) {
      List<Writable> values = new ArrayList<>(sequence.get(step));
      values.set(schema.getIndexOfColumn(column), transform.getSpecifiedValueWritable());
      return values;
    }
    SequenceDifferenceTransform ofTwo =
        new SequenceDifferenceTransform(column, transform.getNewColumnName(), 1);
    ofTwo.setInputSchema(schema);
    List<Writable> past = sequence.get(Math.max(0, step - transform.getLookback()));
    return ofTwo.mapSequence(List.of(past, sequence.get(step))).get(1);
  }

  private static List<List<List<Writable>>> equalParts(
      List<List<Writable>> sequence, int maxLength) {
    int size = sequence.size();
    if (maxLength < 1) {
      throw new IllegalStateException(
          "the greatest length of a part must be at least 1, but is " + maxLength);
    }
    int count = (size + maxLength - 1) / maxLength;
    List<List<List<Writable>>> parts = new ArrayList<>(count);
    int start = 0;
    for (int part = 0; part < count; part++) {
      int end = start + size / count + (part < size % count ? 1 : 0);
      parts.add(sequence.subList(start, end));
      start = end;
    }
    return parts;
  }

  private static void refuseNullText(
      BaseSequenceExpansionTransform transform, List<List<Writable>> sequence) {
    for (String column : transform.columnNames()) {
      int place = transform.getInputSchema().getIndexOfColumn(column);
      for (List<Writable> step : sequence) {
        if (step.get(place) instanceof NullWritable) {
          throw new IllegalArgumentException(
              "the step met a null and would read it as the text '" + step.get(place) + "'");
        }
      }
    }
  }

  /** Some reductions of nothing give null. */
  private static List<Writable> withoutJavaNulls(List<Writable> step) {
    for (Writable value : step) {
      if (value == null) {
        List<Writable> values = new ArrayList<>(step);
        values.replaceAll(v -> v == null ? NullWritable.INSTANCE : v);
        return values;
      }
    }
    return step;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.sequence.ReduceSequenceTransform;
import org.datavec.api.transform.sequence.expansion.BaseSequenceExpansionTransform;
import org.datavec.api.transform.sequence.trim.SequenceTrimToLengthTransform;
import org.datavec.api.transform.sequence.trim.SequenceTrimTransform;
import org.datavec.api.transform.sequence.window.ReduceSequenceByWindowTransform;
import org.datavec.api.transform.transform.sequence.SequenceMovingWindowReduceTransform;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;
import org.sparkstrom.datavec.sequence.WholeSequences;

/**
 * Runs a transform on a sequence: one that sees a row on each time step, any other on the whole
 * sequence. What it refuses is named by its time step, counted from 1.
 *
 * <p>Under {@link HandleInvalid#KEEP} what cannot be computed is null: of a transform that gives a
 * time step for each, in the time steps that it throws on; of a reduction, the one time step that
 * it gives then, but for its keys.
 */
record SequenceMapper(HandleInvalid policy) {

  /**
   * The sequence after a step.
   *
   * @throws InvalidValueException when the step refuses it, and the policy is not to keep it
   */
  List<List<Writable>> map(Step step, List<List<Writable>> sequence) {
    Transform transform = step.action().getTransform();
    if (transform instanceof BaseSequenceExpansionTransform) {
      return expanded(step, transform, sequence);
    }
    if (!WholeSequences.isWhole(transform)) {
      return stepByStep(step, sequence);
    }
    try {
      return WholeSequences.map(transform, step.output(), sequence);
    } catch (RuntimeException e) {
      if (policy == HandleInvalid.KEEP) {
        return salvage(step, transform, sequence);
      }
      throw refused(step, sequence, e, part -> WholeSequences.map(transform, step.output(), part));
    }
  }

  /**
   * The refusal of a sequence by a step, at the time step that ends the shortest beginning of the
   * sequence that the step refuses too.
   *
   * @param work the step on a beginning of the sequence
   */
  InvalidValueException refused(
      Step step,
      List<List<Writable>> sequence,
      RuntimeException reason,
      Consumer<List<List<Writable>>> work) {
    int refusedLength = sequence.size();
    int takenLength = 0;
    while (refusedLength - takenLength > 1) {
      int length = (takenLength + refusedLength) >>> 1;
      if (takes(work, sequence.subList(0, length))) {
        takenLength = length;
      } else {
        refusedLength = length;
      }
    }
    return sequence.isEmpty()
        ? new InvalidValueException(
            step.describe() + ", an empty sequence",
            new RefusedValue(step.describe(), String.join(", ", step.columns()), null),
            reason)
        : refused(step, sequence, refusedLength - 1, reason);
  }

  private static boolean takes(Consumer<List<List<Writable>>> work, List<List<Writable>> sequence) {
    try {
      work.accept(sequence);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static InvalidValueException refused(
      Step step, List<List<Writable>> sequence, int place, RuntimeException reason) {
    return new InvalidValueException(
        step.describe() + ", time step " + (place + 1) + " of " + sequence.size(),
        RefusedValue.ofStep(step, sequence.get(place)),
        reason);
  }

  private List<List<Writable>> stepByStep(Step step, List<List<Writable>> sequence) {
    List<List<Writable>> mapped = new ArrayList<>(sequence.size());
    for (int i = 0; i < sequence.size(); i++) {
      try {
        mapped.add(RowStep.map(step, sequence.get(i)));
      } catch (RuntimeException e) {
        if (policy != HandleInvalid.KEEP) {
          throw refused(step, sequence, i, e);
        }
        mapped.add(RowStep.salvage(step, sequence.get(i)));
      }
    }
    return mapped;
  }

  private List<List<Writable>> expanded(
      Step step, Transform transform, List<List<Writable>> sequence) {
    List<List<Writable>> mapped = new ArrayList<>();
    for (int i = 0; i < sequence.size(); i++) {
      try {
        mapped.addAll(WholeSequences.map(transform, step.output(), sequence.subList(i, i + 1)));
      } catch (RuntimeException e) {
        if (policy != HandleInvalid.KEEP) {
          throw refused(step, sequence, i, e);
        }
        mapped.add(RowStep.salvage(step, sequence.get(i)));
      }
    }
    return mapped;
  }

  private static List<List<Writable>> salvage(
      Step step, Transform transform, List<List<Writable>> sequence) {
    boolean reduces =
        transform instanceof ReduceSequenceTransform
            || transform instanceof ReduceSequenceByWindowTransform;
    if (reduces) {
      return List.of(
          nulls(step, sequence.isEmpty() ? Optional.empty() : Optional.of(sequence.get(0))));
    }
    List<List<Writable>> kept = new ArrayList<>(sequence.size());
    for (int i = 0; i < sequence.size(); i++) {
      kept.add(salvage(step, transform, sequence, i));
    }
    return kept;
  }

  private static List<Writable> salvage(
      Step step, Transform transform, List<List<Writable>> sequence, int place) {
    try {
      Optional<List<Writable>> mapped =
          WholeSequences.mapStep(transform, step.output(), sequence, place);
      if (mapped.isPresent()) {
        return mapped.get();
      }
    } catch (RuntimeException e) {
      // null, below, is what this policy makes of it
    }
    List<Writable> before = sequence.get(place);
    return namesNoColumnOfItsOwn(transform)
        ? nulls(step, Optional.of(before))
        : RowStep.salvage(step, before);
  }

  /** Some transforms name all columns of the sequence as those that they give. */
  private static boolean namesNoColumnOfItsOwn(Transform transform) {
    return transform instanceof SequenceMovingWindowReduceTransform
        || transform instanceof SequenceOffsetTransform
        || transform instanceof SequenceTrimTransform
        || transform instanceof SequenceTrimToLengthTransform;
  }

  /** A record after a step that threw: nulls, but for the columns that the step leaves alone. */
  private static List<Writable> nulls(Step step, Optional<List<Writable>> before) {
    List<Writable> after = new ArrayList<>(step.output().numColumns());
    for (ColumnMetaData column : step.output().getColumnMetaData()) {
      String name = column.getName();
      boolean untouched =
          before.isPresent()
              && step.input().hasColumn(name)
              && step.input().getMetaData(name).equals(column);
      after.add(
          untouched
              ? before.get().get(step.input().getIndexOfColumn(name))
              : NullWritable.INSTANCE);
    }
    return after;
  }
}

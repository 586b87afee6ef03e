// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.sparkstrom.datavec.sequence.WholeSequences;

/**
 * A process as a chain of segments: in turns, steps on rows as {@link StepPlan} says, passes over
 * whole sequences in DataVec, and single steps over many rows.
 *
 * <p>Steps on rows go up to the step over many rows that follows, with the part of it that decides
 * what a row takes into it. A pass over sequences begins with them or the conversion to them. It
 * ends with the conversion from them, if every step in it is known to give the types that it
 * announces, so that the rows can be stored without a change; else with the process, or before rows
 * are grouped, reduced or ranked. The last segment checks the results, even when it has no step.
 *
 * @param steps all steps of the process
 * @param segments what they make, in order
 */
record ProcessPlan(List<Step> steps, List<PlanSegment> segments) {
  /** The name of a key column begins with this. */
  private static final String KEY = "key_";

  static ProcessPlan of(TransformProcess process, HandleInvalid policy, StepPath preferred) {
    List<Step> steps = Step.of(process);
    int count = steps.size();
    List<PlanSegment> segments = new ArrayList<>();
    int from = 0;
    boolean checked = false;
    while (!checked) {
      boolean sequences = StepRange.schemaAt(process, steps, from) instanceof SequenceSchema;
      boolean converts = from < count && steps.get(from).makesSequences();
      if (sequences || converts) {
        int to = endOfPass(steps, from);
        checked = to == count;
        segments.add(SequencePass.of(process, new StepRange(from, to, checked)));
        from = to;
      } else {
        int to = endOfRows(steps, from);
        boolean manyRows = to > from && steps.get(to - 1).needsManyRows();
        checked = to == count && !manyRows;
        segments.add(StepPlan.of(process, new StepRange(from, to, checked), policy, preferred));
        if (manyRows) {
          segments.add(overManyRows(steps.get(to - 1), preferred));
        }
        from = to;
      }
    }
    return new ProcessPlan(steps, List.copyOf(segments));
  }

  /** Whether a process has anything to do with sequences. */
  static boolean hasSequences(TransformProcess process) {
    return process.getInitialSchema() instanceof SequenceSchema
        || Step.of(process).stream().anyMatch(Step::makesSequences);
  }

  /**
   * The columns that the result has beside those of the process, in place of the DataFrame's: the
   * keys of the last grouping; none where its sequences have become rows again, or behind a reduce;
   * empty when the DataFrame's columns are passed through.
   *
   * @throws IllegalArgumentException when a key is an NDArray
   */
  static Optional<StructType> columnsInstead(TransformProcess process) {
    Optional<StructType> instead = Optional.empty();
    for (Step step : Step.of(process)) {
      if (step.isGrouping()) {
        instead = Optional.of(keyColumns(step));
      } else if (step.action().getReducer() != null
          || (step.action().getConvertFromSequence() != null && instead.isPresent())) {
        instead = Optional.of(new StructType());
      }
    }
    return instead;
  }

  /** The columns that the keys of a grouping become. */
  static StructType keyColumns(Step grouping) {
    StructType keys = new StructType();
    for (String name : grouping.columns()) {
      Schema schema = grouping.input();
      if (schema.getType(name) == ColumnType.NDArray) {
        throw new IllegalArgumentException(
            grouping.describe()
                + ", cannot group by the NDArray '"
                + name
                + "'; group by a number, a text, a time or a category");
      }
      StructField column = ColumnMetadata.toSpark(schema.getMetaData(name));
      keys = keys.add(KEY + name, column.dataType(), true, column.metadata());
    }
    return keys;
  }

  /** Where each step runs and why, one to a line. */
  String describe() {
    return segments.stream().map(PlanSegment::describe).collect(Collectors.joining());
  }

  /**
   * Refuses the process for streams.
   *
   * @throws IllegalArgumentException when a step cannot run on a stream; the message names it, the
   *     reason and the remedy
   */
  void requireStreamable() {
    for (PlanSegment segment : segments) {
      segment
          .whyNotOnStreams()
          .ifPresent(
              reason -> {
                throw new IllegalArgumentException(reason);
              });
    }
    List<Step> reduces = steps.stream().filter(s -> s.action().getReducer() != null).toList();
    if (reduces.size() > 1) {
      throw new IllegalArgumentException(
          reduces.get(1).describe()
              + ", is the second reduce of the process, and a stream takes one; write the result of"
              + " the first, and reduce that in a second query");
    }
  }

  private static PlanSegment overManyRows(Step step, StepPath preferred) {
    return step.action().getReducer() != null
        ? ReduceSegment.of(step, preferred)
        : new RankSegment(step);
  }

  private static int endOfRows(List<Step> steps, int from) {
    int to = from;
    while (to < steps.size() && !steps.get(to).makesSequences()) {
      to++;
      if (steps.get(to - 1).needsManyRows()) {
        return to;
      }
    }
    return to;
  }

  private static int endOfPass(List<Step> steps, int from) {
    boolean typesKept = true;
    for (int i = from; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step.needsManyRows() || (step.isGrouping() && i > from)) {
        return i;
      } else if (step.action().getConvertFromSequence() != null && typesKept) {
        return i + 1;
      }
      typesKept &= keepsTypes(step);
    }
    return steps.size();
  }

  private static boolean keepsTypes(Step step) {
    var transform = step.action().getTransform();
    if (transform == null) {
      return true;
    }
    if (step.takesSequences() && WholeSequences.isWhole(transform)) {
      return WholeSequences.keepsTypes(transform);
    }
    return StepPlan.keepsTypes(step) || StepPlan.whyNot(step).isEmpty();
  }
}

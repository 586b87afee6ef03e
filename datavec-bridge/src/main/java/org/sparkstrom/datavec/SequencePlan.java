// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.sparkstrom.datavec.sequence.WholeSequences;

/**
 * How a process with sequences runs: in turns, steps on rows as {@link StepPlan} says, and passes
 * over whole sequences in DataVec.
 *
 * <p>A pass begins with sequences or the conversion to them. It ends with the conversion from them,
 * if every step in it is known to give the types that it announces, so that the rows can be stored
 * without a change; else with the process, or before rows are grouped anew.
 *
 * @param steps all steps of the process
 * @param parts the runs of steps, in order
 */
record SequencePlan(List<Step> steps, List<Part> parts) {
  /** The name of a key column begins with this. */
  private static final String KEY = "key_";

  /** A run of steps. */
  sealed interface Part {
    /** Steps on rows. */
    record Rows(StepPlan plan) implements Part {}

    /** Steps on sequences. */
    record Sequences(SequencePass pass) implements Part {}
  }

  /** Whether a process has anything to do with sequences. */
  static boolean isFor(TransformProcess process) {
    return process.getInitialSchema() instanceof SequenceSchema
        || Step.of(process).stream().anyMatch(Step::makesSequences);
  }

  static SequencePlan of(TransformProcess process, HandleInvalid policy, StepPath preferred) {
    List<Step> steps = Step.of(process);
    int count = steps.size();
    List<Part> parts = new ArrayList<>();
    int from = 0;
    do {
      boolean sequences = StepRange.schemaAt(process, steps, from) instanceof SequenceSchema;
      boolean converts = from < count && steps.get(from).makesSequences();
      int to = sequences || converts ? endOfPass(steps, from) : endOfRows(steps, from);
      StepRange range = new StepRange(from, to, to == count);
      parts.add(
          sequences || converts
              ? new Part.Sequences(SequencePass.of(process, range))
              : new Part.Rows(StepPlan.of(process, range, policy, preferred)));
      from = to;
    } while (from < count);
    return new SequencePlan(steps, List.copyOf(parts));
  }

  /**
   * The columns that the keys of the last grouping become, beside those of the result; without any
   * where its sequences have become rows again; empty when there is no grouping.
   *
   * @throws IllegalArgumentException when a key is an NDArray
   */
  static Optional<StructType> keyColumns(TransformProcess process) {
    Optional<StructType> keys = Optional.empty();
    for (Step step : Step.of(process)) {
      if (step.isGrouping()) {
        keys = Optional.of(keyColumns(step));
      } else if (step.action().getConvertFromSequence() != null && keys.isPresent()) {
        keys = Optional.of(new StructType());
      }
    }
    return keys;
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

  /** Whether rows are grouped to sequences. */
  boolean groups() {
    return steps.stream().anyMatch(Step::isGrouping);
  }

  /** Where each step runs and why, one to a line. */
  String describe() {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      if (part instanceof Part.Rows rows) {
        text.append(rows.plan().describe());
      } else if (part instanceof Part.Sequences sequences) {
        describe(sequences.pass(), text);
      }
    }
    return text.toString();
  }

  private static void describe(SequencePass pass, StringBuilder text) {
    for (Step step : pass.steps()) {
      text.append(step.describe()).append(": ");
      if (step.isGrouping()) {
        text.append("a shuffle and a sort of Spark, then ");
      }
      text.append("sequence pass, one whole sequence at a time\n");
    }
    if (pass.range().checksResult()) {
      text.append("check of the results: sequence pass\n");
    }
  }

  private static int endOfRows(List<Step> steps, int from) {
    int to = from;
    while (to < steps.size() && !steps.get(to).makesSequences()) {
      to++;
    }
    return to;
  }

  private static int endOfPass(List<Step> steps, int from) {
    boolean typesKept = true;
    for (int i = from; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step.isGrouping() && i > from) {
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

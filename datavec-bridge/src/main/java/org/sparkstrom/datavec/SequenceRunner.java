// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.sequence.SequenceSplit;
import org.datavec.api.writable.Writable;
import org.sparkstrom.datavec.sequence.WholeSequences;

/**
 * Runs a process's steps on one sequence after another, in DataVec, with the bridge's policy for
 * sequences that a step refuses. What is refused is what there is at that step: the sequence, the
 * part of it after a split, or the row after the conversion from sequences.
 *
 * <p>Not thread-safe: each partition parses its own process.
 */
final class SequenceRunner {
  private final List<RowStep> steps;
  private final Optional<FinalCheck> finalCheck;
  private final HandleInvalid policy;
  private final SequenceMapper mapper;
  private final Results results;

  /** What takes the results, and what is refused. */
  interface Results {
    /**
     * The row of a sequence after the last step, or of a record, which is the only time step then;
     * may refuse it by an {@link InvalidValueException}.
     */
    Row of(List<List<Writable>> outcome);

    /** Ends what was refused, as the policy says. */
    void refuse(InvalidValueException problem);
  }

  SequenceRunner(TransformProcess process, StepRange range, HandleInvalid policy, Results results) {
    List<Step> all = Step.of(process);
    this.steps = all.subList(range.from(), range.to()).stream().map(RowStep::new).toList();
    Schema outcome = StepRange.schemaAt(process, all, range.to());
    boolean checks = range.checksResult() && policy != HandleInvalid.KEEP;
    this.finalCheck = checks ? Optional.of(new FinalCheck(all, outcome)) : Optional.empty();
    this.policy = policy;
    this.mapper = new SequenceMapper(policy);
    this.results = results;
  }

  /**
   * Runs the steps on a sequence, which the first step makes in the case that it is a conversion to
   * sequences.
   *
   * @param output takes the rows of the results
   */
  void run(List<List<Writable>> sequence, List<Row> output) {
    sequences(0, sequence, output);
  }

  private void sequences(int place, List<List<Writable>> sequence, List<Row> output) {
    try {
      List<List<Writable>> current = sequence;
      for (int i = place; i < steps.size(); i++) {
        Step step = steps.get(i).step();
        if (step.action().getTransform() != null) {
          current = mapper.map(step, current);
        } else if (step.action().getFilter() != null) {
          if (removes(step, current)) {
            return;
          }
        } else if (step.isGrouping()) {
          current = sorted(step, current);
        } else if (step.action().getSequenceSplit() != null) {
          int next = i + 1;
          split(step, current).forEach(part -> sequences(next, part, output));
          return;
        } else if (step.action().getConvertFromSequence() != null) {
          int next = i + 1;
          current.forEach(record -> records(next, record, output));
          return;
        }
      }
      check(current);
      output.add(results.of(current));
    } catch (InvalidValueException e) {
      results.refuse(e);
    }
  }

  private void records(int place, List<Writable> record, List<Row> output) {
    try {
      List<Writable> current = record;
      for (int i = place; i < steps.size(); i++) {
        Step step = steps.get(i).step();
        if (step.makesSequences()) {
          sequences(i + 1, List.of(current), output);
          return;
        }
        Optional<List<Writable>> after = steps.get(i).apply(current, policy);
        if (after.isEmpty()) {
          return;
        }
        current = after.get();
      }
      List<Writable> last = current;
      finalCheck.ifPresent(check -> check.check(last));
      output.add(results.of(List.of(current)));
    } catch (InvalidValueException e) {
      results.refuse(e);
    }
  }

  private boolean removes(Step step, List<List<Writable>> sequence) {
    try {
      return step.action().getFilter().removeSequence(sequence);
    } catch (RuntimeException e) {
      if (policy == HandleInvalid.KEEP) {
        return false;
      }
      throw mapper.refused(
          step, sequence, e, part -> step.action().getFilter().removeSequence(part));
    }
  }

  private List<List<Writable>> sorted(Step step, List<List<Writable>> sequence) {
    var comparator = step.action().getConvertToSequence().getComparator();
    try {
      return WholeSequences.sorted(comparator, sequence);
    } catch (RuntimeException e) {
      if (policy == HandleInvalid.KEEP) {
        return sequence;
      }
      throw mapper.refused(step, sequence, e, part -> WholeSequences.sorted(comparator, part));
    }
  }

  private List<List<List<Writable>>> split(Step step, List<List<Writable>> sequence) {
    SequenceSplit split = step.action().getSequenceSplit();
    try {
      return WholeSequences.split(split, sequence);
    } catch (RuntimeException e) {
      if (policy == HandleInvalid.KEEP) {
        return List.of(sequence);
      }
      throw mapper.refused(step, sequence, e, part -> WholeSequences.split(split, part));
    }
  }

  private void check(List<List<Writable>> sequence) {
    if (finalCheck.isEmpty()) {
      return;
    }
    for (int i = 0; i < sequence.size(); i++) {
      try {
        finalCheck.get().check(sequence.get(i));
      } catch (InvalidValueException e) {
        String place = "column '" + e.refused().column() + "', time step " + (i + 1);
        throw new InvalidValueException(place, e.refused(), (RuntimeException) e.getCause());
      }
    }
  }
}

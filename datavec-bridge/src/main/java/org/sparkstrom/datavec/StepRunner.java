// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.List;
import java.util.Optional;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.Writable;

/**
 * Runs a process's steps on one record after another, in DataVec, and checks the results. Not
 * thread-safe, as its steps are not.
 */
final class StepRunner {
  private final List<RowStep> steps;
  private final Schema outcome;
  private final Optional<FinalCheck> finalCheck;
  private final HandleInvalid policy;

  /** Runs all steps of a process and checks the results. */
  StepRunner(TransformProcess process, HandleInvalid policy) {
    this(process, StepRange.all(process), policy);
  }

  /** Runs some steps of a process, and checks the results if they are the last ones. */
  StepRunner(TransformProcess process, StepRange range, HandleInvalid policy) {
    List<Step> all = Step.of(process);
    this.steps = all.subList(range.from(), range.to()).stream().map(RowStep::new).toList();
    this.outcome = range.outcome(process, all);
    boolean checks = range.checksResult() && policy != HandleInvalid.KEEP;
    this.finalCheck = checks ? Optional.of(new FinalCheck(all, outcome)) : Optional.empty();
    this.policy = policy;
  }

  /** The columns of a row after the last step that is run. */
  Schema outcome() {
    return outcome;
  }

  /**
   * The transformed record; empty when a filter removes it.
   *
   * @throws InvalidValueException when a step or the final schema refuses it, and the policy is not
   *     to keep it
   */
  Optional<List<Writable>> run(List<Writable> record) {
    List<Writable> current = record;
    for (RowStep step : steps) {
      Optional<List<Writable>> after = step.apply(current, policy);
      if (after.isEmpty()) {
        return after;
      }
      current = after.get();
    }
    List<Writable> result = current;
    finalCheck.ifPresent(check -> check.check(result));
    return Optional.of(result);
  }
}

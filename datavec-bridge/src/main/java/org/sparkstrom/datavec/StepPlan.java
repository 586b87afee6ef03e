// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.functions;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.string.BaseStringTransform;
import org.datavec.api.transform.transform.string.StringListToCategoricalSetTransform;

/**
 * Which steps of a run that sees one row at a time are columns, and which are in the row pass.
 *
 * <p>A run has one row pass at most, from the first step that needs it to the last: taking rows
 * apart and putting them together again costs more than the steps between. Columns before it and
 * after it are compiled. After it only if every step in it is known to give the types that it
 * announces; DataVec holds no step to that.
 *
 * @param steps all steps of the process
 * @param range those of them that are planned
 * @param reasons for each step of the range, why it is in the row pass; empty when it is compiled
 * @param from the first step of the row pass
 * @param to the step after the last one of the row pass; not above {@code from} when there is none
 * @param resultReason why the results are checked in the row pass; empty when they are not
 */
record StepPlan(
    List<Step> steps,
    StepRange range,
    List<Optional<String>> reasons,
    int from,
    int to,
    Optional<String> resultReason)
    implements PlanSegment {

  static final String ASKED_FOR = "the row path was asked for";

  /** A plan of some steps, none of which sees a sequence. */
  static StepPlan of(
      TransformProcess process, StepRange range, HandleInvalid policy, StepPath preferred) {
    List<Step> steps = Step.of(process);
    List<Step> planned = steps.subList(range.from(), range.to());
    int count = range.to();
    if (preferred == StepPath.ROWS) {
      List<Optional<String>> asked = planned.stream().map(s -> Optional.of(ASKED_FOR)).toList();
      Optional<String> checked = range.checksResult() ? Optional.of(ASKED_FOR) : Optional.empty();
      return new StepPlan(steps, range, asked, range.from(), count, checked);
    }
    Optional<String> resultReason =
        range.checksResult() ? whyNoResult(process, steps, policy) : Optional.empty();
    List<Optional<String>> reasons = new ArrayList<>();
    int from = count;
    int to = resultReason.isPresent() ? count : range.from();
    boolean typesKept = true;
    for (Step step : planned) {
      Optional<String> reason = whyNot(step);
      int place = range.from() + reasons.size();
      reasons.add(reason);
      if (reason.isPresent()) {
        from = Math.min(from, place);
        to = Math.max(to, place + 1);
        typesKept &= keepsTypes(step);
      }
    }
    if (to > from && !typesKept) {
      to = count;
    }
    if (range.checksResult() && resultReason.isEmpty() && to == count && from < to) {
      resultReason = Optional.of("the last step is there");
    }
    for (int i = from; i < to; i++) {
      if (reasons.get(i - range.from()).isEmpty()) {
        reasons.set(i - range.from(), Optional.of(between(typesKept)));
      }
    }
    return new StepPlan(steps, range, List.copyOf(reasons), from, to, resultReason);
  }

  /** Whether there is a row pass at all. */
  boolean hasRowPass() {
    return from < to || resultReason.isPresent();
  }

  /** The compiled steps before the row pass, or all steps when there is none. */
  StepRange before() {
    return hasRowPass() ? new StepRange(range.from(), from, false) : range;
  }

  /** The steps of the row pass. */
  StepRange rows() {
    return new StepRange(from, Math.max(from, to), resultReason.isPresent());
  }

  /** The compiled steps after the row pass; empty when it checks the results. */
  Optional<StepRange> after() {
    return resultReason.isPresent() || !hasRowPass()
        ? Optional.empty()
        : Optional.of(new StepRange(to, range.to(), range.checksResult()));
  }

  @Override
  public Frame apply(Frame frame, ProcessRun run) {
    CompiledRun compiled =
        new CompiledRun(run.process(), run.json(), run.policy(), this, run.skipped());
    return new Frame(compiled.steps(frame.rows(), frame.passedNames()), frame.passed());
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder();
    for (int i = range.from(); i < range.to(); i++) {
      Step step = steps.get(i);
      Optional<String> reason = reasons.get(i - range.from());
      if (!step.needsManyRows()) {
        text.append(step.describe()).append(": ");
        text.append(reason.map(r -> "row pass, " + r).orElse("Catalyst")).append('\n');
      } else if (reason.isPresent()) {
        text.append("what rows take into ").append(step.describe());
        text.append(": row pass, ").append(reason.get()).append('\n');
      }
    }
    if (!range.checksResult()) {
      return text.toString();
    }
    text.append("check of the results: ");
    return text.append(resultReason.map(r -> "row pass, " + r).orElse("Catalyst"))
        .append('\n')
        .toString();
  }

  private static String between(boolean typesKept) {
    return typesKept
        ? "between two steps of the pass"
        : "a step of the pass may give other types than it announces";
  }

  /** Why a step is not compiled; empty when it is, and so gives the types that it announces. */
  static Optional<String> whyNot(Step step) {
    try {
      StepCompiler.write(step, trial(step.input()));
      return Optional.empty();
    } catch (NoCounterpartException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static Optional<String> whyNoResult(
      TransformProcess process, List<Step> steps, HandleInvalid policy) {
    Schema result = StepRange.schemaAt(process, steps, steps.size());
    try {
      ColumnDraft draft = trial(result);
      if (policy != HandleInvalid.KEEP) {
        CompiledRun.check(draft, new FinalCheck(steps, result));
      }
      return Optional.empty();
    } catch (NoCounterpartException e) {
      return Optional.of(e.getMessage());
    }
  }

  private static ColumnDraft trial(Schema schema) {
    List<String> cells = CompiledRun.names("c", schema.numColumns());
    return new ColumnDraft(schema, cells, List.of(), HandleInvalid.ERROR, functions.lit(false));
  }

  /** Whether a step that is not compiled gives values of the types that it announces. */
  static boolean keepsTypes(Step step) {
    Transform transform = step.action().getTransform();
    return transform == null
        || transform instanceof BaseStringTransform
        || transform instanceof StringListToCategoricalSetTransform;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.List;

/**
 * Writes the steps of one family as columns. A compiled step must give, bit by bit, what DataVec's
 * own step gives, and a null where that throws.
 */
@FunctionalInterface
interface StepCompiler {
  /** All families. */
  List<StepCompiler> FAMILIES =
      List.of(
          new StructureSteps(),
          new ConversionSteps(),
          new ArithmeticSteps(),
          new FunctionSteps(),
          new TextSteps(),
          new CategorySteps(),
          new TimeSteps(),
          new EntrySteps(),
          new ConditionSteps());

  /**
   * Adds the step to the draft, whose schema is the step's input; false when the step is not of
   * this family, and the draft is untouched.
   *
   * @throws NoCounterpartException when it is of this family and has no exact counterpart
   */
  boolean compile(Step step, ColumnDraft draft);

  /**
   * Adds a step to the draft.
   *
   * @throws NoCounterpartException when it has no exact counterpart among Spark's expressions
   */
  static void write(Step step, ColumnDraft draft) {
    for (StepCompiler family : FAMILIES) {
      if (family.compile(step, draft)) {
        return;
      }
    }
    throw new NoCounterpartException("Spark has no counterpart of " + step.name());
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.io.Serializable;
import java.util.List;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;

/**
 * A run of steps of a process.
 *
 * @param from the first step, from 0
 * @param to the step after the last one
 * @param checksResult whether the run ends the process, and so holds its values against the final
 *     schema
 */
record StepRange(int from, int to, boolean checksResult) implements Serializable {

  static StepRange all(TransformProcess process) {
    return new StepRange(0, process.getActionList().size(), true);
  }

  /** The columns before the step at this place, or after the last one. */
  static Schema schemaAt(TransformProcess process, List<Step> steps, int place) {
    return place == 0 ? process.getInitialSchema() : steps.get(place - 1).output();
  }

  /**
   * The steps that see one row at a time: all, or those up to the first step over many rows, with
   * the part of it that decides what a row takes into it.
   */
  static StepRange rowwise(TransformProcess process) {
    List<Step> steps = Step.of(process);
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).needsManyRows()) {
        return new StepRange(0, i + 1, false);
      }
    }
    return all(process);
  }

  /** The columns of a row after the last step of the run. */
  Schema outcome(TransformProcess process, List<Step> steps) {
    return to == from ? schemaAt(process, steps, from) : steps.get(to - 1).rowOutput();
  }
}

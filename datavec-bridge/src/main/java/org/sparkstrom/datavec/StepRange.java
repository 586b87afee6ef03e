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
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;

/**
 * A run of steps of a process on whole sequences: it takes sequences, or begins with the conversion
 * to them, and ends with sequences or, behind the conversion from them, with rows.
 *
 * @param range the steps
 * @param steps the same
 * @param input the columns before the first one
 * @param output the columns after the last one
 */
record SequencePass(StepRange range, List<Step> steps, Schema input, Schema output) {

  static SequencePass of(TransformProcess process, StepRange range) {
    List<Step> all = Step.of(process);
    return new SequencePass(
        range,
        all.subList(range.from(), range.to()),
        StepRange.schemaAt(process, all, range.from()),
        StepRange.schemaAt(process, all, range.to()));
  }

  /** Whether it begins with the conversion of all rows with the same key to a sequence. */
  boolean isGrouping() {
    return !steps.isEmpty() && steps.get(0).isGrouping();
  }

  /** The places of the columns that a grouping is by; none when there is no grouping. */
  List<Integer> keys() {
    List<Integer> keys = new ArrayList<>();
    if (isGrouping()) {
      steps.get(0).columns().forEach(name -> keys.add(input.getIndexOfColumn(name)));
    }
    return keys;
  }

  /**
   * Whether columns pass through beside the process's: the keys of a grouping as long as there are
   * sequences, and whatever else came in.
   */
  boolean passesOn() {
    return !isGrouping()
        || steps.stream().allMatch(step -> step.action().getConvertFromSequence() == null);
  }
}

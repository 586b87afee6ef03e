// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;

/**
 * A process over a DataFrame, put together as a {@link ProcessPlan} says, and what all segments of
 * it need to know.
 *
 * @param json the process, for tasks
 * @param skipped where rows and sequences that are left out are counted
 */
record ProcessRun(TransformProcess process, String json, HandleInvalid policy, SkipCount skipped) {

  /**
   * The result, lazily.
   *
   * @throws IllegalArgumentException when the data is a stream and a step cannot run on one
   */
  Dataset<Row> apply(Dataset<Row> data, InputBinding binding, ProcessPlan plan) {
    if (data.isStreaming()) {
      plan.requireStreamable();
    }
    List<String> passed = new ArrayList<>();
    binding.passedThrough().forEach(place -> passed.add(data.schema().fieldNames()[place]));
    Frame frame = new Frame(CompiledRun.stored(data, process.getInitialSchema(), binding), passed);
    for (PlanSegment segment : plan.segments()) {
      frame = segment.apply(frame, this);
    }
    Schema result = StepRange.schemaAt(process, plan.steps(), plan.steps().size());
    return CompiledRun.finished(frame.rows(), result, binding.output());
  }
}

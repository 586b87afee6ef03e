// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.writable.Writable;

/**
 * The part of an RDD's transform that runs in a task. Only this record crosses into the task.
 *
 * @param json the process
 * @param skipped where records that are left out are counted
 */
record RecordTask(String json, HandleInvalid policy, SkipCount skipped)
    implements FlatMapFunction<Iterator<List<Writable>>, List<Writable>> {

  @Override
  public Iterator<List<Writable>> call(Iterator<List<Writable>> records) {
    TransformProcess process = ProcessJson.read(json);
    StepRunner steps = new StepRunner(process, policy);
    List<String> columns = process.getInitialSchema().getColumnNames();
    InvalidRows invalid = new InvalidRows(policy, columns, skipped);
    return new PresentValues<>(
        records,
        record -> {
          try {
            requireWidth(record, columns, policy);
            return steps.run(record);
          } catch (InvalidValueException e) {
            return invalid.handle(e, () -> record);
          }
        });
  }

  /**
   * Refuses a record of another width.
   *
   * @throws InvalidRowException under {@link HandleInvalid#KEEP}: its values have no columns
   */
  static void requireWidth(List<Writable> record, List<String> columns, HandleInvalid policy) {
    if (record.size() == columns.size()) {
      return;
    }
    var problem =
        new InvalidValueException(
            "record",
            RefusedValue.ofInput("", record),
            new IllegalArgumentException(
                record.size() + " values for " + columns.size() + " columns"));
    if (policy == HandleInvalid.KEEP) {
      throw new InvalidRowException(
          problem.getMessage() + ", which cannot be kept; set handleInvalid to skip", problem);
    }
    throw problem;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;

/**
 * What made a row invalid.
 *
 * @param step the step that refused it, or "input" or "result" for a value that is none of its
 *     column's
 * @param column the step's columns, with commas between; empty when it names none
 * @param value their values as they came into the step, with commas between; null, as in the row,
 *     for the null of one column
 */
record RefusedValue(String step, String column, String value) implements Serializable {
  private static final String INPUT = "input";
  private static final String RESULT = "result";

  /** A value of the DataFrame or record that its column does not take. */
  static RefusedValue ofInput(String column, Object value) {
    return new RefusedValue(INPUT, column, value == null ? null : value.toString());
  }

  /** A value that the final schema does not take. */
  static RefusedValue ofResult(String column, Object value) {
    return new RefusedValue(RESULT, column, value == null ? null : value.toString());
  }

  /** A record that a step refused. */
  static RefusedValue ofStep(Step step, List<Writable> record) {
    List<String> columns = new ArrayList<>();
    List<String> values = new ArrayList<>();
    for (String column : step.columns()) {
      if (step.input().hasColumn(column)) {
        columns.add(column);
        values.add(text(record.get(step.input().getIndexOfColumn(column))).orElse(null));
      }
    }
    String value = values.size() == 1 ? values.get(0) : String.join(", ", named(values));
    return new RefusedValue(step.describe(), String.join(", ", columns), value);
  }

  private static List<String> named(List<String> values) {
    return values.stream().map(String::valueOf).toList();
  }

  private static Optional<String> text(Writable value) {
    return value instanceof NullWritable ? Optional.empty() : Optional.of(value.toString());
  }
}

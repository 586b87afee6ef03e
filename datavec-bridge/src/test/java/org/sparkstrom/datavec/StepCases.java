// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.datavec.api.transform.Transform;
import org.datavec.api.transform.TransformProcess;

/** The processes on {@link ExtremeRows} that compile to columns entirely. */
final class StepCases {
  private final Map<String, TransformProcess> processes = new LinkedHashMap<>();

  /** All cases by name. */
  static Map<String, TransformProcess> all() {
    StepCases cases = new StepCases();
    NumberCases.addTo(cases);
    TextCases.addTo(cases);
    ConditionCases.addTo(cases);
    return cases.processes;
  }

  void add(String name, UnaryOperator<TransformProcess.Builder> steps) {
    TransformProcess process =
        steps.apply(new TransformProcess.Builder(ExtremeRows.SCHEMA)).build();
    if (processes.put(name, process) != null) {
      throw new IllegalArgumentException("there are two cases named " + name);
    }
  }

  /** Each step on a copy of its own of a column. */
  static TransformProcess.Builder onCopies(
      TransformProcess.Builder builder, String column, List<Function<String, Transform>> steps) {
    for (int i = 0; i < steps.size(); i++) {
      builder.duplicateColumn(column, column + i).transform(steps.get(i).apply(column + i));
    }
    return builder;
  }

  static <T> List<Function<String, Transform>> constants(
      List<T> constants, BiFunction<String, T, Transform> step) {
    return constants.stream()
        .<Function<String, Transform>>map(k -> column -> step.apply(column, k))
        .toList();
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws a run as a tree of its stages with states and times. */
final class ExecutionTree {
  private static final int NAME_COLUMNS = 48;

  private ExecutionTree() {}

  static String of(RunRecord run) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "run %s %s in %s: %d reused, %d fitted"
            .formatted(
                run.id(),
                run.failure().isEmpty() ? "completed" : "failed",
                seconds(run.seconds()),
                run.count(StageState.REUSED),
                run.count(StageState.FITTED)));
    if (!run.rerunOf().isEmpty()) {
      lines.add("again " + run.rerunOf());
    }
    lines.add("input " + (run.input().isEmpty() ? run.failure() : run.input()));
    List<String> open = List.of();
    for (StageRecord stage : run.stages()) {
      int common = common(open, stage.pipelines());
      for (int depth = common; depth < stage.pipelines().size(); depth++) {
        lines.add(indent(depth) + stage.pipelines().get(depth));
      }
      open = stage.pipelines();
      lines.add(line(stage));
    }
    return String.join("\n", lines);
  }

  private static int common(List<String> one, List<String> other) {
    int depth = 0;
    while (depth < Math.min(one.size(), other.size()) && one.get(depth).equals(other.get(depth))) {
      depth++;
    }
    return depth;
  }

  private static String line(StageRecord stage) {
    String name = indent(stage.pipelines().size()) + stage.type() + " " + stage.uid();
    String state = stage.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    StringBuilder line = new StringBuilder(name);
    line.append(" ".repeat(Math.max(1, NAME_COLUMNS - name.length()))).append(state);
    if (stage.state() != StageState.NOT_REACHED && stage.state() != StageState.APPLIED) {
      line.append(" in ").append(seconds(stage.seconds()));
    }
    if (stage.state() == StageState.REUSED) {
      line.append(" from ").append(stage.madeBy());
    }
    if (!stage.message().isEmpty()) {
      line.append(": ").append(stage.message());
    }
    return line.toString();
  }

  private static String indent(int depth) {
    return "|  ".repeat(depth) + "+- ";
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }
}

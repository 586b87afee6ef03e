// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws a run as a tree of its stages with states and times. */
final class ExecutionTree {
  private static final int NAME_COLUMNS = 48;
  private static final int MESSAGE_LENGTH = 200; // of a failure that is told to others

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

  /** The same with no more of each failure than its class and the beginning of its first line. */
  static String brief(RunRecord run) {
    List<StageRecord> stages = new ArrayList<>();
    for (StageRecord stage : run.stages()) {
      stages.add(
          new StageRecord(
              stage.pipelines(),
              stage.uid(),
              stage.type(),
              stage.state(),
              stage.seconds(),
              stage.key(),
              stage.entry(),
              stage.madeBy(),
              brief(stage.message())));
    }
    return of(
        new RunRecord(
            run.format(),
            run.id(),
            run.rerunOf(),
            run.started(),
            run.seconds(),
            run.code(),
            run.input(),
            run.inputSeconds(),
            stages,
            brief(run.failure())));
  }

  /** Of a failure's text, which begins with its class. */
  private static String brief(String failure) {
    String line = failure.lines().findFirst().orElse("");
    int message = Math.min(line.indexOf(": ") + 2, MESSAGE_LENGTH);
    return line.substring(0, Math.min(line.length(), message + MESSAGE_LENGTH));
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

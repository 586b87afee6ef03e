// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compares how long systems train the same network on the same data until it is good enough.
 *
 * <p>Each contestant has processes of its own, the machine to itself, and a limit. Results go to
 * standard output and, if asked for, to a file; progress goes to standard error. The last line is
 * JSON, of the first problem, with the others under {@code problems}.
 */
public final class Train {
  private static final int EXIT_USAGE = 2;

  private final TrainOptions options;
  private final PrintWriter progress;

  private Train(TrainOptions options, PrintWriter progress) {
    this.options = options;
    this.progress = progress;
  }

  /** Runs the comparison; arguments as in {@link TrainOptions#parse}. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter progress = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    TrainOptions options;
    try {
      options = TrainOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      progress.println("train: " + e.getMessage());
      System.exit(EXIT_USAGE);
      return;
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () ->
                    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
    Path folder = Files.createTempDirectory("sparkstrom-bench-train");
    List<TrainTable> tables = new Train(options, progress).run(folder);
    List<String> lines = new ArrayList<>();
    tables.forEach(table -> lines.addAll(table.lines()));
    lines.add(json(tables));
    lines.forEach(out::println);
    if (!options.output().isEmpty()) {
      Files.write(
          Path.of(options.output()), lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    progress.println("logs of the contestants are in " + folder);
  }

  private List<TrainTable> run(Path folder) throws IOException, InterruptedException {
    ContestRunner runner = new ContestRunner(options, folder);
    boolean torch = Python.hasTorch(options.python());
    List<TrainTable> tables = new ArrayList<>();
    for (TrainProblem problem : options.problems()) {
      Map<Contestant, ContestResult> results = new EnumMap<>(Contestant.class);
      Map<Contestant, String> absent = new EnumMap<>(Contestant.class);
      for (Contestant contestant : options.contestants()) {
        Optional<String> reason = reasonNotToRun(contestant, problem, torch);
        if (reason.isPresent()) {
          absent.put(contestant, reason.get());
          continue;
        }
        progress.println(problem.label() + ": " + contestant.description() + " ...");
        runner
            .run(contestant, problem)
            .ifPresentOrElse(
                result -> {
                  results.put(contestant, result);
                  progress.println("  " + result.toLine());
                },
                () -> absent.put(contestant, "failed or took too long; see its log"));
      }
      tables.add(new TrainTable(problem, results, absent));
    }
    return tables;
  }

  private Optional<String> reasonNotToRun(
      Contestant contestant, TrainProblem problem, boolean torch) {
    if (contestant.usesPython() && !torch) {
      return Optional.of("skipped: " + options.python() + " has no torch");
    }
    if (contestant == Contestant.DL4J && options.stockClassPath().isEmpty()) {
      return Optional.of("skipped: no --stock-class-path");
    }
    return contestant.learns(problem)
        ? Optional.empty()
        : Optional.of("skipped: it knows no convolutions");
  }

  private static String json(List<TrainTable> tables) {
    String first = tables.get(0).toJson();
    if (tables.size() == 1) {
      return first;
    }
    List<String> others = new ArrayList<>();
    for (TrainTable table : tables.subList(1, tables.size())) {
      others.add("\"%s\":%s".formatted(table.problem().label(), table.toJson()));
    }
    return first.substring(0, first.length() - 1)
        + ", \"problems\":{"
        + String.join(", ", others)
        + "}}";
  }
}

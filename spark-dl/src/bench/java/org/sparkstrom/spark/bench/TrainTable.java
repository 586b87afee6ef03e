// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The results of one problem, for people and as JSON.
 *
 * @param problem what was learned
 * @param results of those who came to one
 * @param absent the others, with the reason
 */
record TrainTable(
    TrainProblem problem, Map<Contestant, ContestResult> results, Map<Contestant, String> absent) {

  TrainTable {
    results = new EnumMap<>(results);
    absent = new EnumMap<>(absent);
  }

  /** A heading and a line for each contestant. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%s: time of training to %.1f%% on the held-out rows",
            problem.label(),
            100 * problem.target()));
    lines.add(
        String.format(
            "%-50s %12s %9s %10s %12s %12s",
            "contestant", "to target s", "accuracy", "rows/s", "MB sent", "peak MB"));
    for (Contestant contestant : Contestant.values()) {
      ContestResult result = results.get(contestant);
      if (result != null) {
        lines.add(line(contestant, result));
      } else if (absent.containsKey(contestant)) {
        lines.add(String.format("%-50s %s", contestant.description(), absent.get(contestant)));
      }
    }
    return lines;
  }

  private static String line(Contestant contestant, ContestResult result) {
    return String.format(
        Locale.ROOT,
        "%-50s %12s %8.2f%% %10.0f %12s %12.0f",
        contestant.description(),
        result.reached() ? String.format(Locale.ROOT, "%.2f", result.seconds()) : "not reached",
        100 * result.accuracy(),
        result.rowsPerSecond(),
        Double.isNaN(result.bytesSent())
            ? "-"
            : String.format(Locale.ROOT, "%.2f", result.bytesSent() / 1e6),
        result.peakMemoryMb());
  }

  /** Rows per second of one worker of ours by those of stock DL4J; empty if one is missing. */
  Optional<Double> oneWorkerOverStockDl4j() {
    ContestResult ours = results.get(Contestant.ONE_WORKER);
    ContestResult stock = results.get(Contestant.DL4J);
    return ours == null || stock == null
        ? Optional.empty()
        : Optional.of(ours.rowsPerSecond() / stock.rowsPerSecond());
  }

  /** All values as one line of JSON; null for a target that was not reached. */
  String toJson() {
    return "{\"timeToTargetSeconds\":%s, \"accuracy\":%s, \"rowsPerSecond\":%s, \"bytesSent\":%s, \"peakMemoryMb\":%s, \"oneWorkerOverStockDl4j\":%s}"
        .formatted(
            json(r -> r.reached() ? r.seconds() : Double.NaN, "%.2f"),
            json(ContestResult::accuracy, "%.4f"),
            json(ContestResult::rowsPerSecond, "%.0f"),
            json(ContestResult::bytesSent, "%.0f"),
            json(ContestResult::peakMemoryMb, "%.0f"),
            oneWorkerOverStockDl4j()
                .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio))
                .orElse("null"));
  }

  private String json(Function<ContestResult, Double> value, String format) {
    List<String> entries = new ArrayList<>();
    for (Contestant contestant : Contestant.values()) {
      if (results.containsKey(contestant) || absent.containsKey(contestant)) {
        double number = Optional.ofNullable(results.get(contestant)).map(value).orElse(Double.NaN);
        entries.add(
            "\"%s\":%s"
                .formatted(
                    contestant.key(),
                    Double.isNaN(number) ? "null" : String.format(Locale.ROOT, format, number)));
      }
    }
    return entries.stream().collect(Collectors.joining(",", "{", "}"));
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.sharing.simulation;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** The outcomes of one network: by speed, scheme and number of workers. */
final class Table {
  private final Network network;
  private final Map<String, Map<String, Map<Integer, Outcome>>> outcomes = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  Table(Network network) {
    this.network = network;
  }

  void add(int gigabits, String scheme, int workers, Outcome outcome) {
    outcomes
        .computeIfAbsent(gigabits + "Gb", speed -> new LinkedHashMap<>())
        .computeIfAbsent(scheme, name -> new TreeMap<>())
        .put(workers, outcome);
  }

  void densities(int workers, RegionSimulation simulation) {
    StringJoiner densities = new StringJoiner(" ");
    for (int phase = 0; phase < simulation.plan().phases(); phase++) {
      densities.add(String.format(Locale.ROOT, "%.2e", simulation.statistics().density(phase)));
    }
    notes.add(simulation.plan() + " density by phase: " + densities);
  }

  void print(PrintStream out) {
    out.printf(
        Locale.ROOT,
        "%n%s network: %d parameters in %d blocks, %.0f ms of computing a round%n",
        network.name(),
        network.layout().parameterCount(),
        network.layout().blockCount(),
        network.computeMs());
    notes.forEach(out::println);
    outcomes.forEach(
        (speed, schemes) ->
            schemes.forEach(
                (scheme, byWorkers) -> {
                  StringJoiner line = new StringJoiner(" ");
                  byWorkers.forEach(
                      (workers, outcome) ->
                          line.add(
                              String.format(
                                  Locale.ROOT,
                                  "%d:%.3f(%.1f ms, %.0f kB)",
                                  workers,
                                  outcome.efficiency(network.computeMs()),
                                  outcome.roundNs() / 1e6,
                                  outcome.sentBytes() / 1e3)));
                  out.printf("%-5s %-12s %s%n", speed, scheme, line);
                }));
  }

  /** Adds the efficiencies as JSON. */
  void addTo(Map<String, Map<String, String>> efficiency) {
    outcomes.forEach(
        (speed, schemes) -> {
          StringJoiner bySchemes = new StringJoiner(", ", "{", "}");
          schemes.forEach(
              (scheme, byWorkers) -> {
                StringJoiner values = new StringJoiner(", ", "{", "}");
                byWorkers.forEach(
                    (workers, outcome) ->
                        values.add(
                            String.format(
                                Locale.ROOT,
                                "\"%d\":%.3f",
                                workers,
                                outcome.efficiency(network.computeMs()))));
                bySchemes.add("\"" + scheme + "\":" + values);
              });
          efficiency
              .computeIfAbsent(speed, s -> new LinkedHashMap<>())
              .put(network.name(), bySchemes.toString());
        });
  }
}

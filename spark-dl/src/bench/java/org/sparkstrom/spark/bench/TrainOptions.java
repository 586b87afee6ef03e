// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link Train} is asked to do.
 *
 * @param data folder with MNIST's training files
 * @param problems what is learned, one after the other
 * @param contestants who learns it
 * @param seed of weights and order
 * @param limitSeconds time of training after which a contestant gives up
 * @param rows training rows to use
 * @param stockClassPath jars of DL4J with the dependencies that it brings
 * @param python an interpreter; whether it has torch is found out
 * @param pytorchProgram the contestants in Python
 * @param output file to which the table is written; empty for none
 */
record TrainOptions(
    Path data,
    List<TrainProblem> problems,
    List<Contestant> contestants,
    long seed,
    int limitSeconds,
    int rows,
    String stockClassPath,
    String python,
    String pytorchProgram,
    String output) {

  private static final int LEAST_ROWS = 2048;

  /** Every option and its default. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "--data", "shared/data/images/mnist",
          "--problem", "perceptron,lenet",
          "--contestants", "",
          "--seed", "1",
          "--limit-seconds", "300",
          "--rows", "50000",
          "--stock-class-path", "",
          "--python", "python3",
          "--pytorch-program", "scripts/bench.d/train_pytorch.py",
          "--output", "");

  TrainOptions {
    problems = List.copyOf(problems);
    contestants = List.copyOf(contestants);
  }

  /**
   * Reads pairs of an option and its value; what is absent has its default.
   *
   * @throws IllegalArgumentException if an option is unknown or its value does not fit
   */
  static TrainOptions parse(String... arguments) {
    Map<String, String> values = new HashMap<>(DEFAULTS);
    for (int i = 0; i < arguments.length; i += 2) {
      if (!DEFAULTS.containsKey(arguments[i]) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "arguments must be pairs of an option, one of %s, and its value, but '%s' is not"
                .formatted(DEFAULTS.keySet().stream().sorted().toList(), arguments[i]));
      }
      values.put(arguments[i], arguments[i + 1]);
    }
    int rows = number(values, "--rows");
    if (rows < LEAST_ROWS) {
      throw new IllegalArgumentException(
          "--rows must be at least %d, but is %d".formatted(LEAST_ROWS, rows));
    }
    return new TrainOptions(
        Path.of(values.get("--data")),
        Arrays.stream(values.get("--problem").split(",", -1)).map(TrainProblem::of).toList(),
        contestants(values.get("--contestants")),
        number(values, "--seed"),
        number(values, "--limit-seconds"),
        rows,
        values.get("--stock-class-path"),
        values.get("--python"),
        values.get("--pytorch-program"),
        values.get("--output"));
  }

  private static int number(Map<String, String> values, String option) {
    String value = values.get(option);
    if (!value.matches("[1-9][0-9]{0,5}")) {
      throw new IllegalArgumentException(
          option + " must be a number from 1 to 999999, but is '" + value + "'");
    }
    return Integer.parseInt(value);
  }

  /** Those that are named; without a name all. */
  private static List<Contestant> contestants(String names) {
    if (names.isEmpty()) {
      return List.of(Contestant.values());
    }
    return Arrays.stream(names.split(",", -1))
        .map(
            name ->
                Arrays.stream(Contestant.values())
                    .filter(contestant -> contestant.key().equals(name))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "--contestants must be names of %s with commas between, but has '%s'"
                                    .formatted(
                                        Arrays.stream(Contestant.values())
                                            .map(Contestant::key)
                                            .toList(),
                                        name))))
        .toList();
  }
}

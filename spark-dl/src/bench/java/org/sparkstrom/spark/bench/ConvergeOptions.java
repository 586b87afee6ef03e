// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.sparkstrom.sharing.threshold.TargetDensity;

/**
 * What {@link Converge} is asked to do.
 *
 * @param data folder with MNIST's training files
 * @param seeds one comparison for each
 * @param epochs passes over the rows
 * @param modes what is compared; dense is always among them
 * @param policy how thresholds are chosen, where there are any
 */
record ConvergeOptions(
    Path data, List<Long> seeds, int epochs, Set<SharingMode> modes, TargetDensity policy) {
  private static final int INITIAL_EXPONENT = -10;

  /** Every option and its default. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "--data", "shared/data/images/mnist",
          "--seeds", "5",
          "--first-seed", "1",
          "--epochs", "20",
          "--modes", "",
          "--density", "0.001",
          "--warmup-rounds", "100");

  /**
   * Reads pairs of an option and its value; what is absent has its default.
   *
   * @throws IllegalArgumentException if an option is unknown or its value does not fit
   */
  static ConvergeOptions parse(String... arguments) {
    Map<String, String> values = new HashMap<>(DEFAULTS);
    for (int i = 0; i < arguments.length; i += 2) {
      if (!DEFAULTS.containsKey(arguments[i]) || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "arguments must be pairs of an option, one of %s, and its value, but '%s' is not"
                .formatted(DEFAULTS.keySet().stream().sorted().toList(), arguments[i]));
      }
      values.put(arguments[i], arguments[i + 1]);
    }
    int firstSeed = positive(values, "--first-seed");
    int seedCount = positive(values, "--seeds");
    return new ConvergeOptions(
        Path.of(values.get("--data")),
        LongStream.range(firstSeed, firstSeed + (long) seedCount).boxed().toList(),
        positive(values, "--epochs"),
        modes(values.get("--modes")),
        new TargetDensity(density(values), warmupRounds(values), INITIAL_EXPONENT));
  }

  private static int positive(Map<String, String> values, String option) {
    String value = values.get(option);
    if (!value.matches("[1-9][0-9]{0,5}")) {
      throw new IllegalArgumentException(
          option + " must be a number from 1 to 999999, but is '" + value + "'");
    }
    return Integer.parseInt(value);
  }

  private static int warmupRounds(Map<String, String> values) {
    return values.get("--warmup-rounds").equals("0") ? 0 : positive(values, "--warmup-rounds");
  }

  private static double density(Map<String, String> values) {
    String value = values.get("--density");
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--density must be a number, but is '" + value + "'", e);
    }
  }

  /** Dense and those that are named; without a name all. */
  private static Set<SharingMode> modes(String names) {
    if (names.isEmpty()) {
      return EnumSet.allOf(SharingMode.class);
    }
    Set<SharingMode> modes = EnumSet.of(SharingMode.DENSE);
    for (String name : names.split(",", -1)) {
      modes.add(
          Arrays.stream(SharingMode.values())
              .filter(mode -> mode.label().equals(name.toLowerCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "--modes must be names of %s with commas between, but has '%s'"
                              .formatted(Arrays.toString(SharingMode.values()), name))));
    }
    return modes;
  }
}

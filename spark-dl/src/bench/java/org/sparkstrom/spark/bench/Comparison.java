// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The runs of all seeds and modes, and how far each mode is from dense training with the same seed.
 *
 * @param runs a dense run for each seed, and any others
 */
record Comparison(List<Run> runs) {
  private static final double ROUNDING = 1e-9;

  Comparison {
    runs = List.copyOf(runs);
    for (Run run : runs) {
      if (runs.stream().noneMatch(r -> r.mode() == SharingMode.DENSE && r.seed() == run.seed())) {
        throw new IllegalArgumentException(
            "each seed must have a dense run, but seed " + run.seed() + " has none");
      }
    }
  }

  /** Percentage points of accuracy by which a run falls short of the dense one of its seed. */
  double accuracyGapPoints(Run run) {
    double dense =
        runs.stream()
            .filter(r -> r.mode() == SharingMode.DENSE && r.seed() == run.seed())
            .mapToDouble(Run::accuracy)
            .findFirst()
            .orElseThrow();
    return 100 * (dense - run.accuracy());
  }

  /** True if a run is as near to dense training as its mode has to be, at as few bytes. */
  boolean meetsLimits(Run run) {
    return accuracyGapPoints(run) <= run.mode().gapLimitPoints() + ROUNDING
        && run.bytesRatio() >= SharingMode.LEAST_BYTES_RATIO;
  }

  /** One line for each mode but dense: medians, the worst seed, and how many meet the limits. */
  List<String> medianLines() {
    return others().stream().map(this::medianLine).toList();
  }

  private String medianLine(SharingMode mode) {
    double[] gaps = values(mode, this::accuracyGapPoints);
    double[] ratios = values(mode, Run::bytesRatio);
    return String.format(
        Locale.ROOT,
        "median   %-9s  accuracy %6.2f%%  gap %+.2f points (worst %+.2f)  ratio %.1f (least %.1f)"
            + "  within %.1f points at >= %.0f times fewer bytes: %d of %d seeds",
        mode.label(),
        100 * median(values(mode, Run::accuracy)),
        median(gaps),
        Arrays.stream(gaps).max().orElseThrow(),
        median(ratios),
        Arrays.stream(ratios).min().orElseThrow(),
        mode.gapLimitPoints(),
        SharingMode.LEAST_BYTES_RATIO,
        of(mode).filter(this::meetsLimits).count(),
        gaps.length);
  }

  /** All values, by seed in the order of the runs, as one line of JSON. */
  String toJson() {
    long[] seeds = of(SharingMode.DENSE).mapToLong(Run::seed).toArray();
    return "{\"seeds\":%s, \"accuracyGapPoints\":%s, \"bytesRatio\":%s, \"bitsPerNonZero\":%s, "
            .formatted(
                Arrays.toString(seeds),
                json(others(), this::accuracyGapPoints, "%.2f"),
                json(others(), Run::bytesRatio, "%.1f"),
                json(others(), Run::bitsPerNonZero, "%.2f"))
        + "\"accuracy\":%s, \"bytesSent\":%s, \"rounds\":%s, \"seconds\":%s}"
            .formatted(
                json(modes(), Run::accuracy, "%.4f"),
                json(modes(), run -> run.bytesSent(), "%.0f"),
                json(modes(), run -> run.rounds(), "%.0f"),
                json(modes(), Run::seconds, "%.1f"));
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private Stream<Run> of(SharingMode mode) {
    return runs.stream().filter(run -> run.mode() == mode);
  }

  private double[] values(SharingMode mode, ToDoubleFunction<Run> value) {
    return of(mode).mapToDouble(value).toArray();
  }

  private List<SharingMode> modes() {
    return runs.stream().map(Run::mode).distinct().sorted().toList();
  }

  private List<SharingMode> others() {
    return modes().stream().filter(mode -> mode != SharingMode.DENSE).toList();
  }

  private String json(List<SharingMode> modes, ToDoubleFunction<Run> value, String format) {
    return modes.stream()
        .map(
            mode ->
                "\"%s\":[%s]"
                    .formatted(
                        mode.label(),
                        Arrays.stream(values(mode, value))
                            .mapToObj(number -> String.format(Locale.ROOT, format, number))
                            .collect(Collectors.joining(", "))))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}

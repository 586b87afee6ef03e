// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Which columns an analysis looks at, for what, and how exactly.
 *
 * @param columns names of columns; empty for all that can be analysed
 * @param statistics what is computed
 * @param sketchSize k of the KLL sketch: up to about k values quantiles are exact, beyond that
 *     their rank is off by up to about 2.3 / k of all values (99 of 100 times)
 * @param histogramBins bins of a histogram
 * @param topValues how many of the most frequent values are told
 */
public record AnalysisPlan(
    List<String> columns,
    Set<Statistic> statistics,
    int sketchSize,
    int histogramBins,
    int topValues)
    implements Serializable {
  /** All columns, all statistics, rank error about 0.3%, 30 bins, 20 top values. */
  public static final AnalysisPlan ALL =
      new AnalysisPlan(List.of(), EnumSet.allOf(Statistic.class), 800, 30, 20);

  private static final int MOST_SKETCH = 8192;
  private static final int MOST_BINS = 10_000;
  private static final int MOST_TOP = 1000;

  /** Checks the numbers. */
  public AnalysisPlan {
    columns = List.copyOf(columns);
    statistics = Set.copyOf(statistics);
    require("sketchSize", sketchSize, 8, MOST_SKETCH);
    require("histogramBins", histogramBins, 1, MOST_BINS);
    require("topValues", topValues, 1, MOST_TOP);
    if (Set.copyOf(columns).size() < columns.size()) {
      throw new IllegalArgumentException(
          "columns must be named once each, but are " + columns + "; leave out the repetition");
    }
  }

  /** The same for these columns alone. */
  public AnalysisPlan withColumns(String... names) {
    return new AnalysisPlan(List.of(names), statistics, sketchSize, histogramBins, topValues);
  }

  /** The same for these statistics alone. */
  public AnalysisPlan withStatistics(Statistic... chosen) {
    return new AnalysisPlan(columns, Set.of(chosen), sketchSize, histogramBins, topValues);
  }

  /** The same with quantiles of this accuracy. */
  public AnalysisPlan withSketchSize(int size) {
    return new AnalysisPlan(columns, statistics, size, histogramBins, topValues);
  }

  /** The same with this many bins. */
  public AnalysisPlan withHistogramBins(int bins) {
    return new AnalysisPlan(columns, statistics, sketchSize, bins, topValues);
  }

  /** The same with this many top values. */
  public AnalysisPlan withTopValues(int count) {
    return new AnalysisPlan(columns, statistics, sketchSize, histogramBins, count);
  }

  boolean wants(Statistic statistic) {
    return statistics.contains(Objects.requireNonNull(statistic, "statistic"));
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be from %d to %d, but is %d".formatted(name, least, most, value));
    }
  }
}

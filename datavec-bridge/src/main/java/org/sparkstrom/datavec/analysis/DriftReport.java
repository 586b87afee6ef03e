// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * How far columns have moved between two analyses, by two figures for each column that both have.
 *
 * <p>PSI, the population stability index (N. Siddiqi, "Credit risk scorecards", 2006), is the sum
 * over bins of (a - e) * ln(a / e) with the shares a now and e earlier. Bins of numbers and times
 * lie between the earlier deciles, with one bin each for nulls and for NaN and infinite values;
 * bins of texts and booleans are the top values, with one for all others and one for nulls. A share
 * below {@link #LEAST_SHARE} counts as that. A value that is cut off from a list of top values may
 * have any count up to the list's last; the PSI of texts is the least that the lists allow for.
 *
 * <p>KS, of numbers and times, is the greatest distance of the two distribution functions
 * (Kolmogorov and Smirnov), and the chance that samples of one distribution lie that far apart, by
 * M. Stephens' approximation ("Use of the Kolmogorov-Smirnov, Cramér-von Mises and related
 * statistics without extensive tables", 1970). The distance is off by at most the two sketches'
 * rank errors together; the chance is that of the distance less this error, so that sketches of the
 * same rows show no drift. A column that has no finite value any more has a PSI, and no KS.
 *
 * @param columns the columns that can be compared
 * @param notCompared the others, each with the reason
 */
public record DriftReport(List<ColumnDrift> columns, List<String> notCompared) {
  /** The share that an empty bin counts as. */
  public static final double LEAST_SHARE = 1e-4;

  private static final int DECILES = 10;
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "column STRING, psi DOUBLE, level STRING, ks DOUBLE, ksError DOUBLE, ksProbability"
              + " DOUBLE");

  /** How much a PSI says, by Siddiqi's rule of thumb. */
  public enum Level {
    /** Below 0.1. */
    STABLE,
    /** From 0.1 to 0.25. */
    MOVED,
    /** Above 0.25. */
    SHIFTED;

    static Level of(double psi) {
      return psi < 0.1 ? STABLE : psi <= 0.25 ? MOVED : SHIFTED;
    }
  }

  /**
   * The greatest distance of two distribution functions.
   *
   * @param distance between the two sketches
   * @param error by how much it may be off
   * @param probability that samples of one distribution lie farther apart than distance - error
   */
  public record KolmogorovSmirnov(double distance, double error, double probability) {}

  /** One column's drift; texts, booleans and columns without a finite value now have no KS. */
  public record ColumnDrift(
      String column, double psi, Level level, Optional<KolmogorovSmirnov> ks) {}

  /** Keeps the lists from changing. */
  public DriftReport {
    columns = List.copyOf(columns);
    notCompared = List.copyOf(notCompared);
  }

  static DriftReport of(DataAnalysis earlier, DataAnalysis now) {
    List<ColumnDrift> columns = new ArrayList<>();
    List<String> notCompared = new ArrayList<>();
    for (ColumnAnalysis column : now.columns()) {
      Optional<ColumnAnalysis> before = earlier.column(column.name());
      if (before.isEmpty()) {
        notCompared.add("'" + column.name() + "' is not in the earlier analysis");
      } else {
        Optional<ColumnDrift> drift = compare(before.get(), column);
        drift.ifPresentOrElse(columns::add, () -> notCompared.add(reason(before.get(), column)));
      }
    }
    for (ColumnAnalysis column : earlier.columns()) {
      if (now.column(column.name()).isEmpty()) {
        notCompared.add("'" + column.name() + "' is only in the earlier analysis");
      }
    }
    return new DriftReport(columns, notCompared);
  }

  private static String reason(ColumnAnalysis earlier, ColumnAnalysis now) {
    if (earlier.kind() != now.kind()) {
      return "'%s' was %s and is %s".formatted(now.name(), earlier.type(), now.type());
    }
    return "'%s' lacks %s in one of the analyses, or has no values there"
        .formatted(now.name(), isMeasured(now.kind()) ? Statistic.QUANTILES : Statistic.TOP_VALUES);
  }

  static boolean isMeasured(ValueKind kind) {
    return kind == ValueKind.NUMBER || kind == ValueKind.TIME;
  }

  private static Optional<ColumnDrift> compare(ColumnAnalysis earlier, ColumnAnalysis now) {
    boolean any = earlier.counts().rows() > 0 && now.counts().rows() > 0;
    if (!any || earlier.kind() != now.kind()) {
      return Optional.empty();
    }
    if (!isMeasured(now.kind())) {
      return psiOfTexts(earlier, now)
          .map(psi -> new ColumnDrift(now.name(), psi, Level.of(psi), Optional.empty()));
    }
    boolean unknown = now.distribution().isEmpty() && now.counts().finite() > 0;
    if (earlier.distribution().isEmpty() || unknown) {
      return Optional.empty();
    }
    Distribution before = earlier.distribution().get();
    double psi = psiOfNumbers(earlier.counts(), before, now);
    return Optional.of(
        new ColumnDrift(
            now.name(), psi, Level.of(psi), now.distribution().map(after -> ks(before, after))));
  }

  private static double psiOfNumbers(
      ColumnCounts countsBefore, Distribution before, ColumnAnalysis now) {
    ColumnCounts countsNow = now.counts();
    TreeSet<Double> edges = new TreeSet<>();
    for (int i = 1; i < DECILES; i++) {
      edges.add(before.quantile(i / (double) DECILES));
    }
    double finiteBefore = countsBefore.finite() / (double) countsBefore.rows();
    double finiteNow = countsNow.finite() / (double) countsNow.rows();
    double psi =
        part(share(countsBefore.nulls(), countsBefore), share(countsNow.nulls(), countsNow))
            + part(
                share(countsBefore.nans() + countsBefore.infinities(), countsBefore),
                share(countsNow.nans() + countsNow.infinities(), countsNow));
    double shareBefore = 0;
    double shareNow = 0;
    edges.add(Double.POSITIVE_INFINITY);
    for (double edge : edges) {
      double upToBefore = before.share(edge);
      double upToNow = now.distribution().map(values -> values.share(edge)).orElse(0.0);
      psi += part(finiteBefore * (upToBefore - shareBefore), finiteNow * (upToNow - shareNow));
      shareBefore = upToBefore;
      shareNow = upToNow;
    }
    return psi;
  }

  private static double share(long count, ColumnCounts counts) {
    return count / (double) counts.rows();
  }

  private static Optional<Double> psiOfTexts(ColumnAnalysis earlier, ColumnAnalysis now) {
    if (earlier.topValues().isEmpty() || now.topValues().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(TextDrift.leastPsi(earlier, now));
  }

  /** One bin's part of the PSI. */
  static double part(double before, double now) {
    double e = Math.max(before, LEAST_SHARE);
    double a = Math.max(now, LEAST_SHARE);
    return (a - e) * Math.log(a / e);
  }

  private static KolmogorovSmirnov ks(Distribution before, Distribution now) {
    double greatest = 0;
    int i = 0;
    int j = 0;
    double totalBefore = before.total();
    double totalNow = now.total();
    long seenBefore = 0;
    long seenNow = 0;
    while (i < before.values().size() || j < now.values().size()) {
      double left = i < before.values().size() ? before.values().get(i) : Double.POSITIVE_INFINITY;
      double right = j < now.values().size() ? now.values().get(j) : Double.POSITIVE_INFINITY;
      if (left <= right) {
        seenBefore += before.weights().get(i++);
      }
      if (right <= left) {
        seenNow += now.weights().get(j++);
      }
      greatest = Math.max(greatest, Math.abs(seenBefore / totalBefore - seenNow / totalNow));
    }
    double root = Math.sqrt(totalBefore * totalNow / (totalBefore + totalNow));
    double error = before.rankError() + now.rankError();
    return new KolmogorovSmirnov(
        greatest, error, probability((root + 0.12 + 0.11 / root) * Math.max(0, greatest - error)));
  }

  /** Kolmogorov's tail 2 * sum of (-1)^(k-1) * exp(-2 k^2 x^2). */
  private static double probability(double x) {
    if (x < 0.2) {
      return 1; // the series converges too slowly here, and is 1 to 12 digits
    }
    double sum = 0;
    for (int k = 1; k <= 100; k++) {
      double term = Math.exp(-2.0 * k * k * x * x);
      sum += k % 2 == 1 ? term : -term;
      if (term < 1e-17) {
        break;
      }
    }
    return Math.min(1, Math.max(0, 2 * sum));
  }

  /** The drift of the column of this name, as PSI; empty if it was not compared. */
  public OptionalDouble psi(String column) {
    return columns.stream()
        .filter(drift -> drift.column().equals(column))
        .mapToDouble(ColumnDrift::psi)
        .findFirst();
  }

  /** One row for each column that was compared. */
  public Dataset<Row> toDataFrame(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (ColumnDrift drift : columns) {
      rows.add(
          RowFactory.create(
              drift.column(),
              drift.psi(),
              drift.level().name(),
              drift.ks().map(KolmogorovSmirnov::distance).orElse(null),
              drift.ks().map(KolmogorovSmirnov::error).orElse(null),
              drift.ks().map(KolmogorovSmirnov::probability).orElse(null)));
    }
    return spark.createDataFrame(rows, SCHEMA);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.datavec.TestSpark;

/** Drift against exact computations, and Commons Math for KS. */
class DriftReportTest {
  private static double[] sample(long seed, int count, double shift) {
    Random random = new Random(seed);
    return IntStream.range(0, count).mapToDouble(i -> random.nextGaussian() + shift).toArray();
  }

  private static DataAnalysis analyse(double[] values) {
    List<Row> rows = new ArrayList<>();
    for (double value : values) {
      rows.add(RowFactory.create(value));
    }
    return DataAnalysis.of(
        TestSpark.frame(StructType.fromDDL("x DOUBLE"), rows).repartition(3), AnalysisPlan.ALL);
  }

  private static DataAnalysis words(String... values) {
    List<Row> rows = Arrays.stream(values).map(RowFactory::create).toList();
    return DataAnalysis.of(TestSpark.frame(StructType.fromDDL("x STRING"), rows), AnalysisPlan.ALL);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.2, 1.5})
  void ksIsThatOfCommonsMath(double shift) {
    double[] before = sample(1, 500, 0);
    double[] now = sample(2, 400, shift);
    KolmogorovSmirnovTest exact = new KolmogorovSmirnovTest();

    DriftReport report = analyse(now).driftFrom(analyse(before));

    DriftReport.KolmogorovSmirnov ks = report.columns().get(0).ks().orElseThrow();
    assertThat(ks.distance())
        .isCloseTo(exact.kolmogorovSmirnovStatistic(before, now), within(1e-12));
    assertThat(ks.probability())
        .isCloseTo(exact.approximateP(ks.distance(), before.length, now.length), within(0.03));
    assertThat(ks.error()).isZero();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 2})
  void psiIsTheSumOverTheEarlierDeciles(double shift) {
    double[] before = sample(3, 700, 0);
    double[] now = sample(4, 600, shift);
    double[] sorted = Arrays.stream(before).sorted().toArray();
    double expected = 0;
    for (int i = 0; i < 10; i++) {
      double low = i == 0 ? Double.NEGATIVE_INFINITY : sorted[i * 70 - 1];
      double high = i == 9 ? Double.POSITIVE_INFINITY : sorted[(i + 1) * 70 - 1];
      double e = Arrays.stream(before).filter(v -> v > low && v <= high).count() / 700.0;
      double a =
          Math.max(
              Arrays.stream(now).filter(v -> v > low && v <= high).count() / 600.0,
              DriftReport.LEAST_SHARE);
      expected += (a - e) * Math.log(a / e);
    }

    DriftReport report = analyse(now).driftFrom(analyse(before));

    assertThat(report.psi("x").orElseThrow()).isCloseTo(expected, within(1e-12));
    assertThat(report.columns().get(0).level())
        .isEqualTo(
            shift == 0
                ? DriftReport.Level.STABLE
                : shift == 2 ? DriftReport.Level.SHIFTED : DriftReport.Level.of(expected));
  }

  @Test
  void theSameDataHasNoDrift() {
    DataAnalysis analysis = analyse(sample(5, 5000, 0));

    DriftReport report = analysis.driftFrom(DataAnalysis.fromJson(analysis.toJson()));

    assertThat(report.psi("x")).hasValue(0);
    assertThat(report.columns().get(0).ks().orElseThrow().distance()).isZero();
    assertThat(report.columns().get(0).ks().orElseThrow().probability()).isEqualTo(1);
  }

  @Test
  void manyRowsAreComparedWithinTheSketchesErrors() {
    Dataset<Row> before = TestSpark.session().range(0, 100_000, 1, 4).selectExpr("id as x");
    Dataset<Row> now = TestSpark.session().range(20_000, 120_000, 1, 4).selectExpr("id as x");

    DriftReport report =
        DataAnalysis.of(now, AnalysisPlan.ALL).driftFrom(DataAnalysis.of(before, AnalysisPlan.ALL));

    DriftReport.KolmogorovSmirnov ks = report.columns().get(0).ks().orElseThrow();
    assertThat(ks.distance()).isCloseTo(0.2, within(3 * ks.error()));
    assertThat(ks.error()).isBetween(0.001, 0.02);
    assertThat(ks.probability()).isZero();
  }

  @Test
  void nullsAndInfinitiesAreBinsOfTheirOwn() {
    List<Row> holes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      holes.add(
          RowFactory.create(i < 20 ? null : i < 30 ? (Double) Double.NaN : (Double) (double) i));
    }
    DataAnalysis now =
        DataAnalysis.of(TestSpark.frame(StructType.fromDDL("x DOUBLE"), holes), AnalysisPlan.ALL);
    double[] full = IntStream.range(0, 100).mapToDouble(i -> 30 + i * 0.7).toArray();

    double psi = now.driftFrom(analyse(full)).psi("x").orElseThrow();

    double least = DriftReport.LEAST_SHARE;
    double fromNulls = (0.2 - least) * Math.log(0.2 / least);
    double fromNans = (0.1 - least) * Math.log(0.1 / least);
    assertThat(psi).isGreaterThan(fromNulls + fromNans).isLessThan(fromNulls + fromNans + 0.2);
  }

  @Test
  void textsAreComparedByTheirTopValues() {
    DataAnalysis before = words("a", "a", "b", "b", null);
    DataAnalysis now = words("a", "a", "a", "b", "c");

    DriftReport report = now.driftFrom(before);

    double least = DriftReport.LEAST_SHARE;
    double expected =
        0.2 * Math.log(0.6 / 0.4) // a
            + -0.2 * Math.log(0.2 / 0.4) // b
            + (0.2 - least) * Math.log(0.2 / least) // c
            + (least - 0.2) * Math.log(least / 0.2); // null
    assertThat(report.psi("x").orElseThrow()).isCloseTo(expected, within(1e-9));
    assertThat(report.columns().get(0).ks()).isEmpty();
  }

  @Test
  void valuesCutOffFromAListJoinTheOthers() {
    AnalysisPlan two = AnalysisPlan.ALL.withTopValues(2);
    StructType schema = StructType.fromDDL("x STRING");
    List<Row> before = new ArrayList<>();
    List<Row> now = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      before.add(RowFactory.create(i < 60 ? "a" : i < 81 ? "b" : "c"));
      now.add(RowFactory.create(i < 60 ? "a" : i < 79 ? "b" : "c"));
    }

    DriftReport report =
        DataAnalysis.of(TestSpark.frame(schema, now), two)
            .driftFrom(DataAnalysis.of(TestSpark.frame(schema, before), two));

    assertThat(report.psi("x").orElseThrow()).isCloseTo(0, within(1e-12));
  }

  @Test
  void whatCannotBeComparedIsToldWithTheReason() {
    DataAnalysis numbers = analyse(sample(6, 50, 0));
    DataAnalysis texts = words("a");
    DataAnalysis withoutQuantiles =
        DataAnalysis.of(
            TestSpark.session().range(5).selectExpr("cast(id as double) x", "id as y"),
            AnalysisPlan.ALL.withStatistics(Statistic.MOMENTS));

    assertThat(texts.driftFrom(numbers).notCompared())
        .containsExactly("'x' was double and is string");
    assertThat(withoutQuantiles.driftFrom(numbers).notCompared())
        .containsExactly(
            "'x' lacks QUANTILES in one of the analyses, or has no rows there",
            "'y' is not in the earlier analysis");
    assertThat(numbers.driftFrom(withoutQuantiles).notCompared())
        .contains("'y' is only in the earlier analysis");
    assertThat(numbers.driftFrom(texts).psi("x")).isEmpty();
  }

  @Test
  void theReportIsADataFrameToo() {
    DriftReport report = analyse(sample(7, 80, 1)).driftFrom(analyse(sample(8, 80, 0)));

    Row row = report.toDataFrame(TestSpark.session()).first();

    assertThat(row.getString(0)).isEqualTo("x");
    assertThat(row.getDouble(1)).isEqualTo(report.psi("x").orElseThrow());
    assertThat(row.getString(2)).isEqualTo("SHIFTED");
  }
}

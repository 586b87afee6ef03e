// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
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
  void theSameRowsAnalysedTwiceHaveNoDriftThoughSketchesDiffer() {
    Dataset<Row> rows = TestSpark.session().range(0, 2_000_000, 1, 4).selectExpr("id as x");

    DriftReport report =
        DataAnalysis.of(rows, AnalysisPlan.ALL).driftFrom(DataAnalysis.of(rows, AnalysisPlan.ALL));

    DriftReport.KolmogorovSmirnov ks = report.columns().get(0).ks().orElseThrow();
    assertThat(ks.error()).isPositive();
    assertThat(ks.probability()).as("of %s", ks).isGreaterThan(0.01);
    assertThat(report.columns().get(0).level()).isEqualTo(DriftReport.Level.STABLE);
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
  void aColumnWithoutAFiniteValueHasShifted() {
    StructType schema = StructType.fromDDL("x DOUBLE");
    for (Double hole : Arrays.asList(null, Double.NaN)) {
      List<Row> holes = Collections.nCopies(50, RowFactory.create(hole));
      DataAnalysis now = DataAnalysis.of(TestSpark.frame(schema, holes), AnalysisPlan.ALL);
      double[] before = IntStream.range(0, 100).mapToDouble(i -> i).toArray();

      DriftReport report = now.driftFrom(analyse(before));

      double least = DriftReport.LEAST_SHARE;
      double ofHoles = (1 - least) * Math.log(1 / least);
      double ofDeciles = 10 * (least - 0.1) * Math.log(least / 0.1);
      assertThat(report.psi("x").orElseThrow()).isCloseTo(ofHoles + ofDeciles, within(1e-9));
      assertThat(report.columns().get(0).level()).isEqualTo(DriftReport.Level.SHIFTED);
      assertThat(report.columns().get(0).ks()).isEmpty();
      assertThat(report.toDataFrame(TestSpark.session()).first().isNullAt(3)).isTrue();
      assertThat(analyse(before).driftFrom(now).notCompared())
          .containsExactly("'x' lacks QUANTILES in one of the analyses, or has no values there");
    }
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
  void valuesCutOffFromAListAreAsNearAsTheyCanBe() {
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

    // b and c are each known on one side; on the other the list leaves them 19 rows at most
    assertThat(report.psi("x").orElseThrow())
        .isCloseTo(2 * 0.02 * Math.log(0.21 / 0.19), within(1e-12));
  }

  /** An analysis of texts that stand for their places, with these counts. */
  private static DataAnalysis texts(String prefix, int topValues, int... counts) {
    ColumnSketch sketch =
        new ColumnSketch(ValueKind.TEXT, AnalysisPlan.ALL.withTopValues(topValues));
    for (int i = 0; i < counts.length; i++) {
      for (int row = 0; row < counts[i]; row++) {
        sketch.add(prefix + i);
      }
    }
    return new DataAnalysis(List.of(sketch.finish("x", "string")), List.of());
  }

  @Test
  void otherValuesAreAShiftThoughBothListsAreCutOff() {
    int[] linear = IntStream.range(0, 50).map(i -> 2 * (50 - i)).toArray();
    int[] steep = IntStream.range(0, 50).map(i -> 1000 / (i + 1)).toArray();
    int[] flat = IntStream.range(0, 50).map(i -> 20).toArray();
    for (int[] counts : List.of(linear, steep)) {
      DriftReport report = texts("now", 20, counts).driftFrom(texts("was", 20, counts));

      assertThat(report.columns().get(0).level()).isEqualTo(DriftReport.Level.SHIFTED);
      assertThat(texts("was", 20, counts).driftFrom(texts("was", 20, counts)).psi("x")).hasValue(0);
    }
    // 40% on either side could be among the other side's 60% of unlisted rows: longer lists tell
    assertThat(texts("now", 20, flat).driftFrom(texts("was", 20, flat)).psi("x").orElseThrow())
        .isCloseTo(0, within(1e-12));
    assertThat(texts("now", 40, flat).driftFrom(texts("was", 40, flat)).columns().get(0).level())
        .isEqualTo(DriftReport.Level.SHIFTED);
  }

  @Test
  void aFallFromTheTopToBelowTheListIsSeen() {
    int[] before = IntStream.range(0, 101).map(i -> i == 0 ? 900 : 1).toArray();
    int[] now = IntStream.range(0, 31).map(i -> i == 0 ? 1 : 40 - i).toArray();
    double last = 20.0 / Arrays.stream(now).sum(); // the 20th of 39, 38, ...

    double psi = texts("", 20, now).driftFrom(texts("", 20, before)).psi("x").orElseThrow();

    assertThat(psi).isGreaterThan((0.9 - last) * Math.log(0.9 / last));
    assertThat(texts("", 20, before).driftFrom(texts("", 20, now)).psi("x").orElseThrow())
        .isCloseTo(psi, within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 22, 4711})
  void cutOffListsNeverTellMoreThanWholeOnes(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      int[] before = IntStream.range(0, 30).map(i -> 1 + random.nextInt(60)).toArray();
      int[] now = IntStream.range(0, 30).map(i -> 1 + random.nextInt(i < 15 ? 60 : 9)).toArray();
      double whole = texts("", 30, now).driftFrom(texts("", 30, before)).psi("x").orElseThrow();
      double told = 0;
      for (int length : List.of(1, 5, 12, 20, 29)) {
        told = texts("", length, now).driftFrom(texts("", length, before)).psi("x").orElseThrow();
        assertThat(told).as("%d of seed %d", length, seed).isBetween(0.0, whole + 1e-9);
      }
      assertThat(told).isGreaterThan(whole / 2);
    }
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
            "'x' lacks QUANTILES in one of the analyses, or has no values there",
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

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.datavec.api.records.reader.impl.collection.CollectionRecordReader;
import org.datavec.api.transform.analysis.columns.DoubleAnalysis;
import org.datavec.api.transform.analysis.columns.StringAnalysis;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.datavec.local.transforms.AnalyzeLocal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.datavec.JobCounter;
import org.sparkstrom.datavec.TestSpark;

/** What an analysis finds, against loops over the rows, Spark's figures and DataVec's analysis. */
class DataAnalysisTest {
  private static final List<String> WORDS = List.of("red", "green", "blue", "", "ünïcödé", "a b");

  private static List<Row> rows(long seed, int count) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          RowFactory.create(
              random.nextInt(9) == 0 ? 0.0 : random.nextGaussian() * 50 + 10,
              WORDS.get(Math.min(random.nextInt(WORDS.size()), random.nextInt(WORDS.size())))));
    }
    return rows;
  }

  private static Dataset<Row> frame(List<Row> rows, int partitions) {
    return TestSpark.frame(StructType.fromDDL("x DOUBLE, `Wo.rd` STRING"), rows)
        .repartition(partitions);
  }

  private static double[] numbers(List<Row> rows) {
    return rows.stream().mapToDouble(row -> row.getDouble(0)).toArray();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 17, 4242})
  void onFewRowsAllIsExact(long seed) {
    List<Row> rows = rows(seed, 300);
    double[] sorted = Arrays.stream(numbers(rows)).sorted().toArray();

    DataAnalysis analysis = DataAnalysis.of(frame(rows, 3), AnalysisPlan.ALL);

    ColumnAnalysis x = analysis.column("x").orElseThrow();
    assertThat(x.counts().rows()).isEqualTo(300);
    assertThat(x.counts().zeros()).isEqualTo(Arrays.stream(sorted).filter(v -> v == 0).count());
    assertThat(x.counts().negatives()).isEqualTo(Arrays.stream(sorted).filter(v -> v < 0).count());
    assertThat(x.counts().min()).isEqualTo(sorted[0]);
    assertThat(x.counts().max()).isEqualTo(sorted[299]);
    Distribution distribution = x.distribution().orElseThrow();
    assertThat(distribution.rankError()).isZero();
    for (double share : List.of(0.001, 0.1, 0.25, 0.5, 0.77, 0.999)) {
      int rank = (int) Math.ceil(share * 300) - 1;
      assertThat(distribution.quantile(share)).as("%s", share).isEqualTo(sorted[rank]);
    }
    assertThat(x.distinct().orElseThrow().estimate())
        .isEqualTo(Arrays.stream(sorted).distinct().count());
    Histogram histogram = x.histogram().orElseThrow();
    for (int i = 0; i < 30; i++) {
      double low = histogram.edges().get(i);
      double high = histogram.edges().get(i + 1);
      boolean last = i == 29;
      assertThat(histogram.counts().get(i))
          .isEqualTo(Arrays.stream(sorted).filter(v -> v >= low && (last || v < high)).count());
    }
    Map<String, Long> words =
        rows.stream().collect(Collectors.groupingBy(r -> r.getString(1), Collectors.counting()));
    TopValues top = analysis.column("Wo.rd").orElseThrow().topValues().orElseThrow();
    assertThat(top.complete()).isTrue();
    assertThat(top.entries())
        .allSatisfy(e -> assertThat(e.count()).isEqualTo(e.atLeast()))
        .extracting(TopValues.Entry::count)
        .isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(
            top.entries().stream()
                .collect(Collectors.toMap(TopValues.Entry::value, TopValues.Entry::count)))
        .isEqualTo(words);
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 18})
  void momentsAndQuantilesAreSparks(long seed) {
    Dataset<Row> data = frame(rows(seed, 700), 4);
    Row spark =
        data.selectExpr("avg(x)", "variance(x)", "skewness(x)", "kurtosis(x)", "min(x)", "max(x)")
            .first();
    Map<String, Double> described =
        data.describe("x").collectAsList().stream()
            .collect(
                Collectors.toMap(r -> r.getString(0), r -> Double.parseDouble(r.getString(1))));

    ColumnAnalysis x =
        DataAnalysis.of(data, AnalysisPlan.ALL.withColumns("x")).column("x").orElseThrow();

    ColumnMoments moments = x.moments().orElseThrow();
    assertThat(moments.mean()).isCloseTo(spark.getDouble(0), within(1e-10));
    assertThat(moments.variance()).isCloseTo(spark.getDouble(1), within(1e-7));
    assertThat(moments.skewness()).isCloseTo(spark.getDouble(2), within(1e-10));
    assertThat(moments.kurtosis()).isCloseTo(spark.getDouble(3), within(1e-10));
    assertThat(x.counts().min()).isEqualTo(described.get("min"));
    assertThat(x.counts().max()).isEqualTo(described.get("max"));
    assertThat(moments.deviation()).isCloseTo(described.get("stddev"), within(1e-9));
    double[] exact = data.stat().approxQuantile("x", new double[] {0.1, 0.5, 0.9}, 0);
    assertThat(x.distribution().orElseThrow().quantile(0.1)).isEqualTo(exact[0]);
    assertThat(x.distribution().orElseThrow().quantile(0.5)).isEqualTo(exact[1]);
    assertThat(x.distribution().orElseThrow().quantile(0.9)).isEqualTo(exact[2]);
  }

  @Test
  void countsMomentsAndHistogramsAreThoseOfDataVec() {
    List<Row> rows = rows(3, 400);
    Schema schema = new Schema.Builder().addColumnDouble("x").addColumnString("Wo.rd").build();
    List<List<Writable>> records =
        rows.stream()
            .map(
                r ->
                    List.<Writable>of(new DoubleWritable(r.getDouble(0)), new Text(r.getString(1))))
            .toList();
    var dataVec = AnalyzeLocal.analyze(schema, new CollectionRecordReader(records), 30);
    DoubleAnalysis expected = (DoubleAnalysis) dataVec.getColumnAnalysis("x");
    StringAnalysis expectedText = (StringAnalysis) dataVec.getColumnAnalysis("Wo.rd");

    DataAnalysis analysis = DataAnalysis.of(frame(rows, 2), AnalysisPlan.ALL);

    ColumnAnalysis x = analysis.column("x").orElseThrow();
    assertThat(x.counts().rows()).isEqualTo(expected.getCountTotal());
    assertThat(x.counts().zeros()).isEqualTo(expected.getCountZero());
    assertThat(x.counts().negatives()).isEqualTo(expected.getCountNegative());
    assertThat(x.counts().min()).isEqualTo(expected.getMin());
    assertThat(x.counts().max()).isEqualTo(expected.getMax());
    assertThat(x.moments().orElseThrow().mean()).isCloseTo(expected.getMean(), within(1e-9));
    assertThat(x.moments().orElseThrow().deviation())
        .isCloseTo(expected.getSampleStdev(), within(1e-9));
    long[] counts = x.histogram().orElseThrow().counts().stream().mapToLong(c -> c).toArray();
    assertThat(counts).isEqualTo(expected.getHistogramBucketCounts());
    ColumnAnalysis word = analysis.column("Wo.rd").orElseThrow();
    assertThat(word.counts().min()).isEqualTo(expectedText.getMinLength());
    assertThat(word.counts().max()).isEqualTo(expectedText.getMaxLength());
    assertThat(word.moments().orElseThrow().mean())
        .isCloseTo(expectedText.getMeanLength(), within(1e-9));
  }

  @Test
  void onManyRowsFiguresStayWithinTheirErrors() {
    int count = 200_000;
    Dataset<Row> data =
        TestSpark.session()
            .range(0, count, 1, 8)
            .selectExpr(
                "(id * 7919) % 200000 as permuted",
                "cast(id % 5000 as string) as five",
                "case when id % 4 = 0 then 'often' else cast(id as string) end as skewed");

    DataAnalysis analysis = DataAnalysis.of(data, AnalysisPlan.ALL.withTopValues(5));

    Distribution permuted = analysis.column("permuted").orElseThrow().distribution().orElseThrow();
    assertThat(permuted.total()).isEqualTo(count);
    assertThat(permuted.rankError()).isBetween(0.001, 0.005);
    for (int i = 1; i < 100; i++) {
      assertThat(permuted.quantile(i / 100.0) / count).isCloseTo(i / 100.0, within(0.01));
    }
    assertThat(analysis.column("permuted").orElseThrow().histogram().orElseThrow().counts())
        .hasSize(30)
        .allSatisfy(c -> assertThat((double) c / count).isCloseTo(1 / 30.0, within(0.015)));
    assertThat(estimate(analysis, "permuted")).isCloseTo(count, within(count * 0.08));
    assertThat(estimate(analysis, "five")).isCloseTo(5000, within(400.0));
    TopValues skewed = analysis.column("skewed").orElseThrow().topValues().orElseThrow();
    assertThat(skewed.complete()).isFalse();
    TopValues.Entry first = skewed.entries().get(0);
    assertThat(first.value()).isEqualTo("often");
    assertThat(first.atLeast()).isLessThanOrEqualTo(count / 4);
    assertThat(first.count()).isGreaterThanOrEqualTo(count / 4);
  }

  private static double estimate(DataAnalysis analysis, String column) {
    return analysis.column(column).orElseThrow().distinct().orElseThrow().estimate();
  }

  @Test
  void everyRowIsReadOnceAndNothingRunsTwice() throws Exception {
    LongAccumulator reads = TestSpark.session().sparkContext().longAccumulator("reads");
    Dataset<Long> counted =
        TestSpark.session()
            .range(0, 1000, 1, 5)
            .map(
                (MapFunction<Long, Long>)
                    id -> {
                      reads.add(1);
                      return id;
                    },
                Encoders.LONG());

    var count = JobCounter.count(() -> DataAnalysis.of(counted, AnalysisPlan.ALL));

    assertThat(reads.value()).isEqualTo(1000);
    assertThat(count.jobs()).isBetween(1, 2); // adaptive execution counts the shuffle as its own
    assertThat(count.result().column("value").orElseThrow().counts().rows()).isEqualTo(1000);
  }

  @Test
  void onlyWhatIsChosenIsComputed() {
    Dataset<Row> data = frame(rows(5, 50), 2);

    DataAnalysis analysis =
        DataAnalysis.of(
            data, AnalysisPlan.ALL.withColumns("x").withStatistics(Statistic.HISTOGRAM));

    assertThat(analysis.columns()).hasSize(1);
    ColumnAnalysis x = analysis.columns().get(0);
    assertThat(x.histogram()).isPresent();
    assertThat(List.of(x.moments(), x.distribution(), x.distinct(), x.topValues()))
        .allSatisfy(part -> assertThat(part).isEmpty());
    assertThat(x.counts().rows()).isEqualTo(50);
  }

  @Test
  void allKindsOfValuesAndHolesAreTaken() {
    StructType schema =
        StructType.fromDDL(
            "d DATE, t TIMESTAMP, b BOOLEAN, n DECIMAL(8,3), l BIGINT, f FLOAT, v ARRAY<INT>");
    Dataset<Row> data =
        TestSpark.frame(
            schema,
            RowFactory.create(
                Date.valueOf("1970-01-02"),
                new Timestamp(5),
                true,
                new java.math.BigDecimal("1.5"),
                Long.MAX_VALUE,
                Float.NaN,
                null),
            RowFactory.create(
                Date.valueOf("1970-01-04"),
                new Timestamp(9),
                null,
                new java.math.BigDecimal("-2.5"),
                1L,
                Float.NEGATIVE_INFINITY,
                null),
            RowFactory.create(null, null, false, null, null, 2f, null));

    DataAnalysis analysis = DataAnalysis.of(data, AnalysisPlan.ALL);

    Function<String, ColumnCounts> counts = name -> analysis.column(name).orElseThrow().counts();
    assertThat(analysis.leftOut()).containsExactly("v array<int>");
    assertThat(counts.apply("d"))
        .isEqualTo(new ColumnCounts(3, 1, 0, 0, 0, 0, 86_400_000.0, 3 * 86_400_000.0));
    assertThat(counts.apply("t")).isEqualTo(new ColumnCounts(3, 1, 0, 0, 0, 0, 5.0, 9.0));
    assertThat(counts.apply("b")).isEqualTo(new ColumnCounts(3, 1, 0, 0, 1, 0, 0.0, 1.0));
    assertThat(counts.apply("n")).isEqualTo(new ColumnCounts(3, 1, 0, 0, 0, 1, -2.5, 1.5));
    assertThat(counts.apply("f")).isEqualTo(new ColumnCounts(3, 0, 1, 1, 0, 0, 2.0, 2.0));
    assertThat(estimate(analysis, "f")).isEqualTo(3);
    assertThat(estimate(analysis, "l")).isEqualTo(2);
    assertThat(analysis.column("b").orElseThrow().distribution()).isEmpty();
    assertThat(analysis.column("f").orElseThrow().histogram().orElseThrow().counts())
        .containsExactly(1L);
    assertThat(analysis.column("t").orElseThrow().kind()).isEqualTo(ValueKind.TIME);
    assertThat(analysis.column("t").orElseThrow().topValues().orElseThrow().entries())
        .extracting(TopValues.Entry::value)
        .containsExactly("1970-01-01T00:00:00.005Z", "1970-01-01T00:00:00.009Z");
  }

  @Test
  void aStreamIsRefusedWithTheWayRoundIt() {
    Dataset<Row> stream = TestSpark.session().readStream().format("rate").load();

    assertThatThrownBy(() -> DataAnalysis.of(stream, AnalysisPlan.ALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("this is a stream; analyse each batch of it in foreachBatch");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Europe/Berlin", "America/New_York"})
  void timesAreTheSameInEveryZoneAndCalendar(String zone) {
    List<String> times =
        List.of("0001-01-01T00:00:00Z", "1899-12-31T23:59:59.999Z", "2024-10-27T00:30:00Z");
    TimeZone before = TimeZone.getDefault();
    RuntimeConfig conf = TestSpark.session().conf();
    String api = "spark.sql.datetime.java8API.enabled";
    try {
      TimeZone.setDefault(TimeZone.getTimeZone(zone));
      for (boolean java8 : new boolean[] {false, true}) {
        conf.set(api, java8);
        // the second of the last two looks like the first in Berlin
        DataAnalysis analysis =
            DataAnalysis.of(
                TestSpark.session()
                    .createDataset(
                        Stream.concat(times.stream(), Stream.of("2024-10-27T01:30:00Z")).toList(),
                        Encoders.STRING())
                    .selectExpr(
                        "cast(substr(value, 1, 10) as date) d",
                        "cast(value as timestamp) t",
                        "cast(replace(value, 'Z') as timestamp_ntz) n"),
                AnalysisPlan.ALL);

        for (String column : List.of("t", "n")) {
          assertThat(times(analysis, column))
              .startsWith(times.stream().map(DataAnalysisTest::millis).toArray(Double[]::new))
              .hasSize(4);
          assertThat(estimate(analysis, column)).isEqualTo(4);
        }
        assertThat(times(analysis, "d"))
            .containsExactly(
                millis("0001-01-01T00:00:00Z"),
                millis("1899-12-31T00:00:00Z"),
                millis("2024-10-27T00:00:00Z"));
        assertThat(texts(analysis, "d")).contains("0001-01-01", "1899-12-31", "2024-10-27");
        assertThat(texts(analysis, "t")).containsAll(times);
        assertThat(texts(analysis, "n")).contains("0001-01-01T00:00", "1899-12-31T23:59:59.999");
      }
    } finally {
      TimeZone.setDefault(before);
      conf.unset(api);
    }
  }

  private static double millis(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }

  private static List<Double> times(DataAnalysis analysis, String column) {
    return analysis.column(column).orElseThrow().distribution().orElseThrow().values();
  }

  private static List<String> texts(DataAnalysis analysis, String column) {
    return analysis.column(column).orElseThrow().topValues().orElseThrow().entries().stream()
        .map(TopValues.Entry::value)
        .toList();
  }

  @Test
  void anEmptyTextIsADistinctValue() {
    ColumnSketch sketch = new ColumnSketch(ValueKind.TEXT, AnalysisPlan.ALL);
    sketch.add("");
    sketch.add("a");
    sketch.add("");

    assertThat(sketch.finish("x", "string").distinct().orElseThrow().estimate()).isEqualTo(2);
  }

  @Test
  void noRowsAndNoValuesGiveCountsAlone() {
    DataAnalysis none = DataAnalysis.of(frame(List.of(), 2), AnalysisPlan.ALL);
    DataAnalysis nulls =
        DataAnalysis.of(frame(List.of(RowFactory.create(null, null)), 1), AnalysisPlan.ALL);

    assertThat(none.column("x").orElseThrow().counts())
        .isEqualTo(new ColumnCounts(0, 0, 0, 0, 0, 0, null, null));
    assertThat(nulls.column("x").orElseThrow().counts().nulls()).isEqualTo(1);
    for (DataAnalysis analysis : List.of(none, nulls)) {
      ColumnAnalysis x = analysis.column("x").orElseThrow();
      assertThat(x.moments()).isEmpty();
      assertThat(x.distribution()).isEmpty();
      assertThat(x.topValues().orElseThrow().entries()).isEmpty();
      assertThat(DataAnalysis.fromJson(analysis.toJson())).isEqualTo(analysis);
      assertThat(analysis.toHtml()).contains("<h2>x");
    }
  }

  @Test
  void longTextsAreCountedUnderTheirBeginning() {
    String longText = "x".repeat(5000);
    DataAnalysis analysis =
        DataAnalysis.of(
            frame(List.of(RowFactory.create(1.0, longText), RowFactory.create(1.0, longText)), 2),
            AnalysisPlan.ALL);

    assertThat(analysis.column("Wo.rd").orElseThrow().topValues().orElseThrow().entries())
        .containsExactly(new TopValues.Entry("x".repeat(128) + "…", 2, 2));
    assertThat(analysis.column("Wo.rd").orElseThrow().counts().max()).isEqualTo(5000.0);
  }

  @Test
  void theTableHasARowForEachColumn() {
    DataAnalysis analysis = DataAnalysis.of(frame(rows(6, 60), 2), AnalysisPlan.ALL);

    Dataset<Row> table = analysis.toDataFrame(TestSpark.session());

    assertThat(table.select("column").as(Encoders.STRING()).collectAsList())
        .containsExactly("x", "Wo.rd");
    Row x = table.filter("column = 'x'").first();
    assertThat(x.<Double>getAs("p50"))
        .isEqualTo(analysis.column("x").orElseThrow().distribution().orElseThrow().quantile(0.5));
    assertThat(table.selectExpr("sum(aggregate(histogramCounts, 0L, (a, b) -> a + b))").first())
        .isEqualTo(RowFactory.create(120L));
    assertThat(table.filter("column = 'Wo.rd'").selectExpr("topValues[0].count").first().getLong(0))
        .isPositive();
  }

  @Test
  void whatDoesNotFitIsRefusedBeforeAnyJob() throws Exception {
    Dataset<Row> data = TestSpark.frame(StructType.fromDDL("a ARRAY<INT>, x INT"));

    var refused =
        JobCounter.count(
            () -> {
              assertThatThrownBy(
                      () -> DataAnalysis.of(data, AnalysisPlan.ALL.withColumns("a", "X")))
                  .hasMessageContaining("column 'a' is array<int>, but must be a number")
                  .hasMessageContaining("column 'X' is missing")
                  .hasMessageContaining("names are case-sensitive");
              assertThatThrownBy(() -> DataAnalysis.of(data.select("a"), AnalysisPlan.ALL))
                  .hasMessageContaining("needs a column of numbers");
              return true;
            });

    assertThat(refused.jobs()).isZero();
    assertThatThrownBy(() -> AnalysisPlan.ALL.withColumns("x", "x"))
        .hasMessageContaining("once each");
    assertThatThrownBy(() -> AnalysisPlan.ALL.withHistogramBins(0))
        .hasMessageContaining("histogramBins must be from 1 to 10000, but is 0");
    assertThatThrownBy(() -> AnalysisPlan.ALL.withSketchSize(7)).hasMessageContaining("sketchSize");
    assertThatThrownBy(() -> AnalysisPlan.ALL.withTopValues(0)).hasMessageContaining("topValues");
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;
import static org.sparkstrom.datavec.PathComparison.invalidRow;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.reduce.Reducer;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.sequence.comparator.NumericalColumnComparator;
import org.datavec.api.transform.transform.string.ReplaceStringTransform;
import org.datavec.api.writable.Writable;
import org.datavec.api.writable.comparator.DoubleWritableComparator;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReduceTest {
  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnString("key")
          .addColumnInteger("n")
          .addColumnDouble("x")
          .addColumnString("text")
          .build();
  private static final StructType COLUMNS = SparkSchemas.toSpark(SCHEMA);
  private static final int ROWS = 400;

  private static final Reducer EXACT =
      new Reducer.Builder(ReduceOp.TakeFirst)
          .keyColumns("key")
          .multipleOpColmumns(
              List.of(ReduceOp.Sum, ReduceOp.Min, ReduceOp.Max, ReduceOp.Range, ReduceOp.Count),
              "n")
          .multipleOpColmumns(
              List.of(ReduceOp.Min, ReduceOp.Max, ReduceOp.Range, ReduceOp.TakeLast), "x")
          .build();
  private static final Reducer ORDERED =
      new Reducer.Builder(ReduceOp.Append)
          .keyColumns("key")
          .multipleOpColmumns(List.of(ReduceOp.Prod, ReduceOp.Mean), "n")
          .multipleOpColmumns(
              List.of(
                  ReduceOp.Sum,
                  ReduceOp.Mean,
                  ReduceOp.Stdev,
                  ReduceOp.UncorrectedStdDev,
                  ReduceOp.Variance,
                  ReduceOp.PopulationVariance),
              "x")
          .build();

  @Test
  void bothPathsGiveWhatTheLocalExecutorGivesHoweverTheRowsAreSpread() {
    long seed = Long.getLong("datavec.seed", 20_261_126);
    List<Row> rows = randomRows(new Random(seed));
    for (Reducer reducer : List.of(EXACT, ORDERED)) {
      TransformProcess process = process(reducer);
      List<List<Object>> expected = LocalExecutor.bits(process, rows);
      DataVecTransform transform = DataVecTransform.of(process);

      for (int slices : new int[] {1, 5}) {
        for (DataVecTransform path : List.of(transform, transform.inRows())) {
          assertThat(RowBits.of(path.apply(data(rows, slices)).collectAsList()))
              .as("-Ddatavec.seed=%d, %d slices, %s", seed, slices, path.explain())
              .containsExactlyInAnyOrderElementsOf(expected);
        }
      }
    }
  }

  @Test
  void explainTellsWhichReduceIsSqlAndWhyAnotherIsNot() {
    assertThat(DataVecTransform.of(process(EXACT)).explain())
        .isEqualTo("step 1 of 1, Reducer on [key]: Catalyst\ncheck of the results: Catalyst\n");
    assertThat(DataVecTransform.of(process(ORDERED)).explain())
        .startsWith(
            "step 1 of 1, Reducer on [key]: group pass, Prod of 'n', which Spark has for doubles"
                + " alone, in no order\n");
    TransformProcess mean =
        process(new Reducer.Builder(ReduceOp.Count).keyColumns("key").meanColumns("x").build());
    assertThat(DataVecTransform.of(mean).explain())
        .startsWith(
            "step 1 of 1, Reducer on [key]: group pass, Mean of 'x' depends on the order of the"
                + " rows\n");
  }

  @Test
  void theTableOfTheDocumentTellsThePathOfEachOperation() throws Exception {
    List<String> lines = Files.readAllLines(Path.of("../docs/DATAVEC.md"));
    String sql = lines.stream().filter(l -> l.startsWith("| reduce by ")).findFirst().orElseThrow();
    String groups =
        lines.stream().filter(l -> l.startsWith("| reduce with ")).findFirst().orElseThrow();
    for (ReduceOp op : ReduceOp.values()) {
      boolean ofText = op == ReduceOp.Append || op == ReduceOp.Prepend;
      for (String column : ofText ? List.of("text") : List.of("n", "x")) {
        Reducer reducer =
            new Reducer.Builder(ReduceOp.Count)
                .keyColumns("key")
                .multipleOpColmumns(List.of(op), column)
                .build();
        boolean group = DataVecTransform.of(process(reducer)).explain().contains("group pass");
        assertThat(group ? groups : sql)
            .as("%s of %s", op, column)
            .containsPattern("\\b" + op + "\\b");
      }
    }
  }

  @Test
  void applyingItStartsNoJobAndAnnouncesTheColumns() throws Exception {
    for (Reducer reducer : List.of(EXACT, ORDERED)) {
      DataVecTransform transform = DataVecTransform.of(process(reducer));
      Dataset<Row> data = data(randomRows(new Random(3)), 2);

      JobCounter.Count<Dataset<Row>> applied = JobCounter.count(() -> transform.apply(data));

      assertThat(applied.jobs()).isZero();
      assertThat(applied.result().schema())
          .isEqualTo(transform.outputSchema(data.schema()))
          .isEqualTo(SparkSchemas.toSpark(transform.finalSchema()));
    }
  }

  @Test
  void stepsBeforeBetweenAndAfterReducesRunOnBothPaths() {
    // A replacement with $ is a row pass
    TransformProcess process =
        new TransformProcess.Builder(SCHEMA)
            .transform(new ReplaceStringTransform("text", Map.of("(b)", "<$1>")))
            .doubleMathOp("x", MathOp.Multiply, 2)
            .reduce(
                new Reducer.Builder(ReduceOp.Append)
                    .keyColumns("key", "n")
                    .meanColumns("x")
                    .build())
            .renameColumn("mean(x)", "mean")
            .doubleMathOp("mean", MathOp.Add, 1)
            .reduce(
                new Reducer.Builder(ReduceOp.Max)
                    .keyColumns("key")
                    .countColumns("n")
                    .takeFirstColumns("append(text)")
                    .build())
            .doubleMathOp("max(mean)", MathOp.Subtract, 1)
            .transform(new ReplaceStringTransform("key", Map.of("(k)", "$1-")))
            .build();
    List<Row> rows =
        List.of(
            RowFactory.create("k", 1, 1.0, "a"),
            RowFactory.create("k", 1, 2.0, "b"),
            RowFactory.create("j", 1, 7.0, "b"),
            RowFactory.create("k", 1, 4.5, "c"));
    DataVecTransform transform = DataVecTransform.of(process);

    for (DataVecTransform path : List.of(transform, transform.inRows())) {
      assertThat(path.apply(data(rows, 3)).collectAsList())
          .as(path.explain())
          .containsExactlyInAnyOrder(
              RowFactory.create("k-", 1L, 5.0, "a<b>c"), RowFactory.create("j", 1L, 14.0, "<b>"));
    }
    assertThat(transform.explain().lines().map(line -> line.replaceFirst(".*: ", "")))
        .hasSize(9)
        .element(4)
        .isEqualTo("Catalyst");
  }

  /** An array's step may give other types than it announces, so its pass goes on to the reduce. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void reducesAndRanksStandBeforeAndBehindSequences(boolean withArrays) {
    Schema schema =
        new Schema.Builder()
            .addColumnString("key")
            .addColumnInteger("n")
            .addColumnDouble("x")
            .addColumnNDArray("a", new long[] {1, 2})
            .build();
    TransformProcess.Builder steps =
        new TransformProcess.Builder(schema)
            .calculateSortedRank("rank", "x", new DoubleWritableComparator(), false)
            .convertToSequence("key", new NumericalColumnComparator("rank"))
            .trimSequence(2, true);
    TransformProcess process =
        (withArrays ? steps.ndArrayScalarOpTransform("a", MathOp.Add, 1) : steps)
            .convertFromSequence()
            .removeColumns("a")
            .longMathOp("rank", MathOp.Multiply, 2)
            .reduce(new Reducer.Builder(ReduceOp.Sum).keyColumns("key").meanColumns("x").build())
            .convertToSequence("key", new NumericalColumnComparator("sum(rank)"))
            .convertFromSequence()
            .build();
    List<Row> rows = new ArrayList<>();
    for (Row row : randomRows(new Random(11))) {
      rows.add(RowFactory.create(row.get(0), row.get(1), row.get(2), Vectors.dense(1, 2)));
    }
    List<List<Object>> expected = LocalExecutor.bits(process, rows);
    StructType columns = SparkSchemas.toSpark(schema).add("unknown", "int");
    List<Row> wider =
        rows.stream()
            .map(r -> RowFactory.create(r.get(0), r.get(1), r.get(2), r.get(3), 7))
            .toList();
    DataVecTransform transform = DataVecTransform.of(process);

    for (DataVecTransform path : List.of(transform, transform.inRows())) {
      Dataset<Row> result =
          path.apply(
              TestSpark.session()
                  .createDataFrame(TestSpark.context().parallelize(wider, 3), columns));
      assertThat(result.columns()).containsExactly("key", "sum(n)", "mean(x)", "sum(rank)");
      assertThat(RowBits.of(result.collectAsList()))
          .as(path.explain())
          .hasSize(12)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void keysAreComparedValueByValueAndANullIsAKey() {
    TransformProcess process =
        new TransformProcess.Builder(
                new Schema.Builder().addColumnsString("a", "b").addColumnDouble("z").build())
            .reduce(new Reducer.Builder(ReduceOp.Count).keyColumns("a", "b", "z").build())
            .addConstantLongColumn("one", 1)
            .build();
    StructType columns = StructType.fromDDL("a STRING, b STRING, z DOUBLE");
    Row[] rows = {
      RowFactory.create("x_y", "z", 0.0),
      RowFactory.create("x", "y_z", 0.0),
      RowFactory.create("x", "y_z", -0.0),
      RowFactory.create(null, "z", Double.NaN),
      RowFactory.create("NullWritable", "z", Double.NaN),
      RowFactory.create(null, "z", Double.NaN)
    };
    DataVecTransform transform = DataVecTransform.of(process);

    for (DataVecTransform path : List.of(transform, transform.inRows())) {
      assertThat(RowBits.of(path.apply(TestSpark.frame(columns, rows)).collectAsList()))
          .containsExactlyInAnyOrderElementsOf(
              RowBits.of(
                  List.of(
                      RowFactory.create("x_y", "z", 0.0, 1L),
                      RowFactory.create("x", "y_z", 0.0, 1L),
                      RowFactory.create("x", "y_z", -0.0, 1L),
                      RowFactory.create(null, "z", Double.NaN, 1L),
                      RowFactory.create("NullWritable", "z", Double.NaN, 1L))));
    }
  }

  @Test
  void withoutKeysAllRowsAreOneGroupAndNoRowsAreNone() {
    Reducer exact = new Reducer.Builder(ReduceOp.Count).build();
    Reducer ordered = new Reducer.Builder(ReduceOp.Count).sumColumns("x").build();
    List<Row> rows = List.of(row("a", 1, 0.5), row("b", 2, 0.25), row("c", 3, 0.125));

    for (Reducer reducer : List.of(exact, ordered)) {
      Dataset<Row> result = DataVecTransform.of(process(reducer)).apply(data(rows, 2));
      assertThat(result.collectAsList()).hasSize(1);
      assertThat(result.first().getLong(0)).isEqualTo(3);
      assertThat(DataVecTransform.of(process(reducer)).apply(data(List.of(), 2)).collectAsList())
          .isEmpty();
    }
    assertThat(DataVecTransform.of(process(ordered)).apply(data(rows, 2)).first().getDouble(2))
        .isEqualTo(0.875);
  }

  @Test
  void distinctValuesAreCountedAndNotEstimated() {
    TransformProcess process =
        process(new Reducer.Builder(ReduceOp.CountUnique).keyColumns("key").build());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      rows.add(RowFactory.create("k", i, i % 2 == 0 ? 0.0 : -0.0, "t" + i % 1_000));
    }
    DataVecTransform transform = DataVecTransform.of(process);

    for (DataVecTransform path : List.of(transform, transform.inRows())) {
      assertThat(path.apply(data(rows, 3)).collectAsList())
          .containsExactly(RowFactory.create("k", 5_000L, 2L, 1_000L));
    }
  }

  @Test
  void aConditionChoosesTheValuesAndInvalidOnesAreLeftOutWhereAskedFor() {
    Schema schema =
        new Schema.Builder()
            .addColumnString("key")
            .addColumnInteger("n", 0, 9)
            .addColumnDouble("x")
            .build();
    TransformProcess process =
        new TransformProcess.Builder(schema)
            .reduce(
                new Reducer.Builder(ReduceOp.Sum)
                    .keyColumns("key")
                    .setIgnoreInvalid("n")
                    .conditionalReduction(
                        "x",
                        List.of("sum", "mean", "count", "range"),
                        List.of(ReduceOp.Sum, ReduceOp.Mean, ReduceOp.Count, ReduceOp.Range),
                        new DoubleColumnCondition("x", ConditionOp.GreaterThan, 1.0))
                    .build())
            .build();
    StructType columns = SparkSchemas.toSpark(schema);
    Row[] rows = {
      RowFactory.create("k", 3, 2.0),
      RowFactory.create("k", 10, 0.5),
      RowFactory.create("k", null, 4.0),
      RowFactory.create("k", 4, 1.0),
      RowFactory.create("none", -1, 0.5)
    };
    DataVecTransform transform = DataVecTransform.of(process);

    for (DataVecTransform path : List.of(transform, transform.inRows())) {
      assertThat(path.apply(TestSpark.frame(columns, rows)).collectAsList())
          .containsExactlyInAnyOrder(
              RowFactory.create("k", 7, 6.0, 3.0, 2L, 2.0),
              RowFactory.create("none", null, null, null, 0L, null));
    }
  }

  @ParameterizedTest
  @EnumSource(StepPath.class)
  void aRowWithANullIsInvalidUnlessItsColumnIsAKey(StepPath path) {
    TransformProcess process =
        process(new Reducer.Builder(ReduceOp.Count).keyColumns("key").sumColumns("n").build());
    DataVecTransform catalyst = DataVecTransform.of(process);
    DataVecTransform transform = path == StepPath.ROWS ? catalyst.inRows() : catalyst;
    Dataset<Row> data =
        data(
            List.of(row(null, 1, 1.0), row("k", null, 1.0), row("k", 5, null), row("k", 6, 1.0)),
            1);

    assertThat(invalidRow(catchThrowable(() -> transform.apply(data).collectAsList())))
        .hasMessageContaining("step 1 of 1, Reducer on [key]")
        .hasMessageContaining("column 'n' is null, which cannot be reduced")
        .hasMessageContaining("[key=k, n=null, x=1.0, text=t]");

    LongAccumulator skipped = TestSpark.session().sparkContext().longAccumulator("skipped " + path);
    DataVecTransform skipping =
        transform.withHandleInvalid(HandleInvalid.SKIP).countingSkipped(skipped);
    assertThat(skipping.apply(data).collectAsList())
        .containsExactlyInAnyOrder(
            RowFactory.create(null, 1, 1L, 1L), RowFactory.create("k", 6, 1L, 1L));
    assertThat(skipped.value()).isEqualTo(2);

    assertThat(transform.withHandleInvalid(HandleInvalid.KEEP).apply(data).collectAsList())
        .containsExactlyInAnyOrder(
            RowFactory.create(null, 1, 1L, 1L), RowFactory.create("k", 11, 2L, 3L));

    assertThat(transform.refused(data).collectAsList())
        .extracting(row -> row.getString(0), row -> row.getString(3))
        .containsExactly(
            tuple("step 1 of 1, Reducer on [key]", "column 'n' is null, which cannot be reduced"),
            tuple("step 1 of 1, Reducer on [key]", "column 'x' is null, which cannot be reduced"));
  }

  @Test
  void columnsThatTheProcessDoesNotKnowEndHere() {
    Dataset<Row> data =
        TestSpark.frame(
            COLUMNS.add("id", "long"),
            RowFactory.create("k", 1, 1.0, "t", 7L),
            RowFactory.create("k", 1, 1.0, "t", 8L));

    Dataset<Row> result = DataVecTransform.of(process(EXACT)).apply(data);

    assertThat(result.columns()).doesNotContain("id").hasSize(11);
    assertThat(result.count()).isEqualTo(1);
  }

  @Test
  void theRangeOfTimesIsNoTime() {
    Schema schema =
        new Schema.Builder()
            .addColumnTime("t", DateTimeZone.UTC, 1_577_836_800_000L, 1_893_456_000_000L)
            .build();
    TransformProcess process =
        new TransformProcess.Builder(schema)
            .reduce(new Reducer.Builder(ReduceOp.Range).build())
            .build();
    Dataset<Row> data =
        TestSpark.frame(
            SparkSchemas.toSpark(schema),
            RowFactory.create(new Timestamp(1_600_000_000_000L)),
            RowFactory.create(new Timestamp(1_600_003_600_000L)));

    Dataset<Row> result = DataVecTransform.of(process).apply(data);

    assertThat(result.selectExpr("unix_millis(`range(t)`)").first().getLong(0))
        .isEqualTo(3_600_000L);
  }

  @Test
  void theResultIsHeldAgainstTheFinalSchemaButARangeNotAgainstThatOfItsValues() {
    Schema schema =
        new Schema.Builder().addColumnInteger("n", 10, 20).addColumnInteger("m", 10, 20).build();
    TransformProcess process =
        new TransformProcess.Builder(schema)
            .reduce(new Reducer.Builder(ReduceOp.Range).maxColumn("m").build())
            .build();
    DataVecTransform transform = DataVecTransform.of(process);
    StructType columns = SparkSchemas.toSpark(schema);

    assertThat(
            transform
                .apply(
                    TestSpark.frame(columns, RowFactory.create(12, 12), RowFactory.create(13, 20)))
                .collectAsList())
        .containsExactly(RowFactory.create(1, 20));
    Dataset<Row> above = TestSpark.frame(columns, RowFactory.create(12, 21));
    assertThat(invalidRow(catchThrowable(() -> transform.apply(above).collectAsList())))
        .hasMessageContaining("column 'max(m)'")
        .hasMessageContaining("[range(n)=0, max(m)=21]");
  }

  @Test
  void aSavedStageComesBackWithItsReduce(@TempDir Path folder) throws Exception {
    Dataset<Row> data = data(randomRows(new Random(5)), 2);
    for (Reducer reducer : List.of(EXACT, ORDERED)) {
      DataVecTransformer stage = new DataVecTransformer().setTransformProcess(process(reducer));
      String path = folder.resolve(reducer.equals(EXACT) ? "exact" : "ordered").toString();
      stage.save(path);

      DataVecTransformer loaded = DataVecTransformer.load(path);

      assertThat(loaded.transform(data).schema()).isEqualTo(loaded.transformSchema(data.schema()));
      assertThat(RowBits.of(loaded.transform(data).collectAsList()))
          .containsExactlyInAnyOrderElementsOf(RowBits.of(stage.transform(data).collectAsList()));
    }
  }

  @Test
  void recordsOfAnRddAreRefusedWithTheRemedy() {
    DataVecTransform transform = DataVecTransform.of(process(EXACT));

    assertThatThrownBy(
            () -> transform.apply(TestSpark.context().<List<Writable>>parallelize(List.of(), 1)))
        .hasMessageContaining("step 1 of 1, Reducer on [key]")
        .hasMessageContaining("DataFrames only");
  }

  private static TransformProcess process(Reducer reducer) {
    return new TransformProcess.Builder(SCHEMA).reduce(reducer).build();
  }

  private static List<Row> randomRows(Random random) {
    double[] special = {0.0, -0.0, Double.NaN, 1e300, -1e-300, Double.POSITIVE_INFINITY};
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      // Extremes in some groups alone, else all sums would be NaN
      int key = random.nextInt(12);
      double x = key < 3 ? special[random.nextInt(key == 0 ? 2 : 6)] : random.nextGaussian() * 1e3;
      rows.add(RowFactory.create("k" + key, random.nextInt(), x, "ü" + random.nextInt(100)));
    }
    return rows;
  }

  private static Row row(String key, Integer n, Double x) {
    return RowFactory.create(key, n, x, "t");
  }

  private static Dataset<Row> data(List<Row> rows, int slices) {
    return TestSpark.session()
        .createDataFrame(TestSpark.context().parallelize(rows, slices), COLUMNS);
  }
}

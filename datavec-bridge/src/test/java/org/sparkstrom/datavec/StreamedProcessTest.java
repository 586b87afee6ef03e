// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.condition.column.LongColumnCondition;
import org.datavec.api.transform.condition.column.NullWritableColumnCondition;
import org.datavec.api.transform.condition.column.StringColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.transform.string.StringListToCategoricalSetTransform;
import org.datavec.api.writable.DoubleWritable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The JSON of a process gives on a stream of files the rows that it gives on the files at once,
 * whether its steps run as columns, in the row pass or some here and some there.
 */
class StreamedProcessTest {
  private static final long DEADLINE_MS = 600_000;
  private static final int STEPS = 6;
  private static final int ROWS = 40;

  /** Times before 1900, and names that differ in case, are written and read as they are. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED",
          "spark.sql.parquet.int96RebaseModeInRead", "CORRECTED",
          "spark.sql.caseSensitive", "true",
          "spark.sql.datetime.java8API.enabled", "true");

  private static final String ANSI = "spark.sql.ansi.enabled";

  @TempDir Path folder;

  private final SparkSession spark = TestSpark.session();
  private final RuntimeConfig settings = spark.conf();

  @BeforeEach
  void set() {
    SETTINGS.forEach(settings::set);
  }

  @AfterEach
  void comeBack() {
    SETTINGS.keySet().forEach(settings::unset);
    settings.unset(ANSI);
  }

  @ParameterizedTest
  @CsvSource({"SKIP, true", "KEEP, true", "SKIP, false"})
  void columnsRowPassAndFiltersGiveTheSame(HandleInvalid policy, String ansi) throws Exception {
    TransformProcess process = mixed();
    DataVecTransform transform =
        DataVecTransform.fromJson(process.toJson()).withHandleInvalid(policy);
    assertThat(transform.explain().lines().map(line -> line.replaceAll(".*: |, .*", "")))
        .containsSubsequence("Catalyst", "row pass", "Catalyst")
        .last()
        .isEqualTo("Catalyst");

    verify(transform, ExtremeRows.rows(), ansi, "mixed");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomProcessesGiveTheSame(long from) throws Exception {
    long seed = Long.getLong("datavec.seed", from);
    RandomProcess source = new RandomProcess(new Random(seed));
    TransformProcess process = source.process(source.schema(), STEPS);
    List<Row> rows = source.rows(process.getInitialSchema(), ROWS);

    DataVecTransform transform = DataVecTransform.fromJson(process.toJson());
    verify(
        transform.withHandleInvalid(HandleInvalid.KEEP),
        rows,
        "true",
        "-Ddatavec.seed=" + seed + " " + process.getActionList());
  }

  private void verify(DataVecTransform transform, List<Row> rows, String ansi, String context)
      throws Exception {
    String files = folder.resolve("in").toString();
    StructType columns =
        SparkSchemas.toSpark(transform.initialSchema()).add("place", DataTypes.IntegerType);
    List<Row> placed = new ArrayList<>();
    for (Row row : rows) {
      Object[] values = new Object[columns.size()];
      for (int i = 0; i < row.size(); i++) {
        values[i] = row.get(i);
      }
      values[row.size()] = placed.size();
      placed.add(RowFactory.create(values));
    }
    TestSpark.frame(columns, placed).repartition(3).write().parquet(files);
    settings.set(ANSI, ansi);

    Dataset<Row> stream = transform.apply(spark.readStream().schema(columns).parquet(files));
    assertThat(stream.isStreaming()).isTrue();
    List<String> streamed = streamed(stream);

    Dataset<Row> read = spark.read().schema(columns).parquet(files);
    assertThat(streamed).as(context).isEqualTo(texts(transform.apply(read)));
    assertThat(streamed).as(context).isEqualTo(texts(transform.inRows().apply(read)));
    assertThat(settings.get(ANSI)).isEqualTo(ansi);
  }

  private List<String> streamed(Dataset<Row> stream) throws Exception {
    StreamingQuery query =
        stream
            .writeStream()
            .format("memory")
            .queryName("streamed")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    try {
      assertThat(query.awaitTermination(DEADLINE_MS)).isTrue();
    } finally {
      query.stop();
    }
    List<String> rows = texts(spark.table("streamed"));
    spark.catalog().dropTempView("streamed");
    return rows;
  }

  /** The rows as texts, in the order of their places; a text tells all the bits of a number. */
  private static List<String> texts(Dataset<Row> rows) {
    return rows.collectAsList().stream()
        .sorted((a, b) -> Integer.compare(a.<Integer>getAs("place"), b.<Integer>getAs("place")))
        .map(row -> row.mkString(" | "))
        .toList();
  }

  /** Columns, a row pass, and columns again, with filters among all of them. */
  private static TransformProcess mixed() {
    return new TransformProcess.Builder(ExtremeRows.SCHEMA)
        .filter(
            new ConditionFilter(
                new StringColumnCondition("text", ConditionOp.Equal, "a\tb\n\u000Bc\r\f\u00A0d")))
        .filter(new ConditionFilter(new NullWritableColumnCondition("long")))
        .longMathOp("long", MathOp.Multiply, 3L)
        .doubleMathFunction("other", MathFunction.EXP)
        .transform(
            new StringListToCategoricalSetTransform(
                "text", List.of("is x", "is digit"), List.of("x", "-7"), " "))
        .filter(
            new ConditionFilter(
                new LongColumnCondition("long", ConditionOp.Equal, 3 * 4_294_967_296L)))
        .conditionalReplaceValueTransform(
            "double",
            new DoubleWritable(-0.0),
            new DoubleColumnCondition("double", ConditionOp.LessThan, -100))
        .convertToDouble("number")
        .filter(
            new ConditionFilter(
                new DoubleColumnCondition("number", ConditionOp.GreaterThan, 1e100)))
        .categoricalToInteger("is x", "is digit")
        .build();
  }
}

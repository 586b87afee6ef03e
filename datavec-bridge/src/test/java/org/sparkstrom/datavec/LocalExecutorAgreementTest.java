// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TimeZone;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.condition.column.IntegerColumnCondition;
import org.datavec.api.transform.condition.column.NullWritableColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.datavec.api.transform.transform.time.StringToTimeTransform;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Writable;
import org.datavec.local.transforms.LocalTransformExecutor;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle is DataVec's own local executor, in a default time zone that is not UTC. */
class LocalExecutorAgreementTest {
  private static final int ROWS = 300;

  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnInteger("int")
          .addColumnLong("long")
          .addColumnDouble("x.y")
          .addColumnDouble("maybe")
          .addColumnString("city[de]")
          .addColumnCategorical("sex", "male", "female")
          .addColumnString("when")
          .addColumnString("text")
          .build();

  private static final TransformProcess PROCESS =
      new TransformProcess.Builder(SCHEMA)
          .stringToCategorical("city[de]", List.of("Köln", "Bonn", "a.b"))
          .categoricalToOneHot("city[de]")
          .categoricalToInteger("sex")
          .integerMathOp("int", MathOp.Multiply, 3)
          .longMathOp("long", MathOp.Subtract, 17)
          .doubleMathOp("x.y", MathOp.Divide, 7.3)
          .doubleMathFunction("x.y", MathFunction.SIN)
          .doubleColumnsMathOp("sum", MathOp.Add, "x.y", "x.y")
          .conditionalReplaceValueTransform(
              "maybe", new DoubleWritable(-1), new NullWritableColumnCondition("maybe"))
          .filter(
              new ConditionFilter(new DoubleColumnCondition("maybe", ConditionOp.GreaterThan, 0.9)))
          .conditionalReplaceValueTransform(
              "int", new IntWritable(0), new IntegerColumnCondition("int", ConditionOp.LessThan, 0))
          .transform(
              new StringToTimeTransform(
                  "when",
                  "dd MMM yyyy HH:mm:ss",
                  DateTimeZone.forID("America/New_York"),
                  Locale.GERMANY))
          .transform(
              new DeriveColumnsFromTimeTransform.Builder("when")
                  .addIntegerDerivedColumn("hour", DateTimeFieldType.hourOfDay())
                  .addIntegerDerivedColumn("day", DateTimeFieldType.dayOfWeek())
                  .build())
          .appendStringColumnTransform("text", " \"!\" \\d+")
          .stringRemoveWhitespaceTransform("text")
          .renameColumn("long", "lo.ng")
          .duplicateColumn("lo.ng", "copy")
          .removeColumns("copy")
          .addConstantDoubleColumn("one", 1.0)
          .reorderColumns("one", "text")
          .build();

  private TimeZone savedZone;
  private DateTimeZone savedJodaZone;

  @BeforeEach
  void liveInAnotherZone() {
    savedZone = TimeZone.getDefault();
    savedJodaZone = DateTimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kolkata"));
    DateTimeZone.setDefault(DateTimeZone.forID("Asia/Kolkata"));
  }

  @AfterEach
  void comeBack() {
    TimeZone.setDefault(savedZone);
    DateTimeZone.setDefault(savedJodaZone);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20_261_125})
  void theDataFrameIsWhatTheLocalExecutorGives(long seed) {
    List<Row> rows = randomRows(new Random(seed));
    StructType columns = SparkSchemas.toSpark(SCHEMA);
    DataVecTransform transform = DataVecTransform.of(PROCESS);

    List<Row> result =
        transform.apply(TestSpark.frame(columns, rows).repartition(1)).collectAsList();

    List<List<Writable>> expected = LocalTransformExecutor.execute(records(columns, rows), PROCESS);
    StructType output = SparkSchemas.toSpark(PROCESS.getFinalSchema());
    RowConverter converter =
        new RowConverter(output, PROCESS.getFinalSchema(), TimeClasses.JAVA_SQL);
    assertThat(result)
        .as("seed %d", seed)
        .hasSizeLessThan(ROWS)
        .containsExactlyInAnyOrderElementsOf(expected.stream().map(converter::toRow).toList());
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3})
  void theRddIsWhatTheLocalExecutorGives(long seed) {
    StructType columns = SparkSchemas.toSpark(SCHEMA);
    List<List<Writable>> records = records(columns, randomRows(new Random(seed)));

    List<List<Writable>> result =
        DataVecTransform.of(PROCESS).apply(TestSpark.context().parallelize(records, 3)).collect();

    assertThat(result)
        .as("seed %d", seed)
        .isEqualTo(LocalTransformExecutor.execute(records, PROCESS));
  }

  @ParameterizedTest
  @ValueSource(longs = {4})
  void theJsonTellsTheSameStory(long seed) {
    StructType columns = SparkSchemas.toSpark(SCHEMA);
    Dataset<Row> data = TestSpark.frame(columns, randomRows(new Random(seed)));

    List<Row> direct = DataVecTransform.of(PROCESS).apply(data).collectAsList();
    List<Row> viaJson = DataVecTransform.fromJson(PROCESS.toJson()).apply(data).collectAsList();

    assertThat(viaJson).as("seed %d", seed).isEqualTo(direct);
  }

  private static List<List<Writable>> records(StructType columns, List<Row> rows) {
    RowConverter converter = new RowConverter(columns, SCHEMA, TimeClasses.JAVA_SQL);
    return rows.stream().map(converter::toRecord).toList();
  }

  private static List<Row> randomRows(Random random) {
    String[] cities = {"Köln", "Bonn", "a.b"};
    String[] months = {"Jan.", "März", "Mai", "Okt.", "Dez."};
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      String when =
          String.format(
              Locale.ROOT,
              "%02d %s %d %02d:%02d:00",
              1 + random.nextInt(28),
              months[random.nextInt(months.length)],
              1950 + random.nextInt(100),
              4 + random.nextInt(20),
              random.nextInt(60));
      rows.add(
          RowFactory.create(
              random.nextInt(1 << 20) - (1 << 19),
              random.nextLong() >> 2,
              random.nextGaussian() * Math.pow(10, random.nextInt(12) - 6),
              random.nextInt(5) == 0 ? null : random.nextDouble(),
              cities[random.nextInt(cities.length)],
              random.nextBoolean() ? "male" : "female",
              when,
              "t " + random.nextInt(1_000) + ", \"ü\"\n"));
    }
    return rows;
  }
}

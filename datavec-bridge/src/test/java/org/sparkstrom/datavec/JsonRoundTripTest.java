// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.BooleanCondition;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.IntegerColumnCondition;
import org.datavec.api.transform.condition.column.StringColumnCondition;
import org.datavec.api.transform.condition.string.StringRegexColumnCondition;
import org.datavec.api.transform.filter.FilterInvalidValues;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.string.ConcatenateStringColumns;
import org.datavec.api.transform.transform.string.ReplaceStringTransform;
import org.datavec.api.transform.transform.string.StringListToCountsNDArrayTransform;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.datavec.local.transforms.LocalTransformExecutor;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process that travels as JSON does what the one in memory does: the oracle runs the original,
 * the bridge what its JSON says.
 */
class JsonRoundTripTest {
  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnString("s")
          .addColumnString("list")
          .addColumnInteger("n", 0, 50)
          .addColumnDouble("x")
          .addColumnLong("l")
          .addColumnTime("t", DateTimeZone.forID("America/New_York"))
          .build();

  private static final List<Row> ROWS =
      List.of(
          row(" a\"b\\d ", "u,v,u", 1, -1.5, 7L, "2026-03-29 01:59:59.999"),
          row("it's", "", 50, 0.0, -7L, "1950-01-01 00:00:00"),
          row("ÄÖ 漢字", "w", 51, 1e12, 1L << 50, "2026-10-25 02:30:00"),
          row("", "v", -3, Double.NaN, 0L, "1969-12-31 23:59:59.5"));

  static Stream<Arguments> processes() {
    Map<String, String> regexes = new LinkedHashMap<>();
    regexes.put("\\s+", "_");
    regexes.put("[\"\\\\]", "'");
    return Stream.of(
        named("append", start().appendStringColumnTransform("s", "\"q\" \\ {}")),
        named("replace", start().transform(new ReplaceStringTransform("s", regexes))),
        named("map", start().stringMapTransform("s", Map.of("", "empty", "it's", "\"it\""))),
        named("whitespace", start().stringRemoveWhitespaceTransform("s")),
        named(
            "concat",
            start().transform(new ConcatenateStringColumns("both", "|", List.of("s", "list")))),
        named(
            "counts",
            start()
                .transform(
                    new StringListToCountsNDArrayTransform(
                        "list", List.of("u", "v", "w"), ",", false, true))),
        named(
            "set",
            start()
                .filter(
                    new StringColumnCondition(
                        "list", ConditionOp.InSet, Set.of("w", "v", "", "zz", "y")))),
        named("regex", start().filter(new StringRegexColumnCondition("s", "\\W+\"?.*"))),
        named(
            "boolean",
            start()
                .filter(
                    BooleanCondition.AND(
                        new IntegerColumnCondition("n", ConditionOp.GreaterThan, 0),
                        new StringColumnCondition("s", ConditionOp.NotEqual, "it's")))),
        named("invalid", start().filter(new FilterInvalidValues("n"))),
        named(
            "replace if",
            start()
                .conditionalReplaceValueTransform(
                    "x",
                    new DoubleWritable(0.5),
                    new IntegerColumnCondition("n", ConditionOp.LessThan, 2))),
        named(
            "either",
            start()
                .conditionalReplaceValueTransformWithDefault(
                    "s",
                    new Text("yes"),
                    new Text("no"),
                    new IntegerColumnCondition("n", ConditionOp.Equal, 1))),
        named("columns", start().longColumnsMathOp("ll", MathOp.Multiply, "l", "l")),
        named(
            "to string",
            start().convertToString("x").addConstantColumn("c", ColumnType.String, new Text("k"))),
        named("keep some", start().removeAllColumnsExceptFor("x", "s").reorderColumns("s")),
        named("time", start().timeMathOp("t", MathOp.Add, 36, TimeUnit.HOURS)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("processes")
  void theJsonDoesWhatTheOriginalDoes(String name, TransformProcess process) {
    StructType columns = SparkSchemas.toSpark(SCHEMA);
    RowConverter in = new RowConverter(columns, SCHEMA, TimeClasses.JAVA_SQL);
    List<List<Writable>> records = ROWS.stream().map(in::toRecord).toList();
    RowConverter out = new RowConverter(SparkSchemas.toSpark(process.getFinalSchema()));

    // KEEP: the oracle does not check its results against the final schema
    List<Row> result =
        DataVecTransform.of(process)
            .withHandleInvalid(HandleInvalid.KEEP)
            .apply(TestSpark.frame(columns, ROWS).coalesce(1))
            .collectAsList();

    assertThat(result)
        .as(name)
        .isEqualTo(
            LocalTransformExecutor.execute(records, process).stream().map(out::toRow).toList());
  }

  private static Arguments named(String name, TransformProcess.Builder process) {
    return Arguments.of(name, process.build());
  }

  private static TransformProcess.Builder start() {
    return new TransformProcess.Builder(SCHEMA);
  }

  private static Row row(String s, String list, int n, double x, long l, String time) {
    Timestamp timestamp = Timestamp.valueOf(time);
    return RowFactory.create(s, list, n, x, l, timestamp);
  }
}

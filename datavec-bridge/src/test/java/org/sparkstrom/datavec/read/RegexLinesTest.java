// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.datavec.api.records.reader.impl.regex.RegexLineRecordReader;
import org.datavec.api.split.FileSplit;
import org.datavec.api.transform.schema.Schema;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparkstrom.datavec.HandleInvalid;
import org.sparkstrom.datavec.SparkSchemas;
import org.sparkstrom.datavec.column.LocalSpark;

class RegexLinesTest {
  private static final String LOG = "(\\S+) (\\d+)? ?(DEBUG|INFO|WARN) (.*)";
  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnTime("time.at", DateTimeZone.UTC)
          .addColumnInteger("thread")
          .addColumnCategorical("level", "DEBUG", "INFO")
          .addColumnString("message")
          .build();

  private final SparkSession spark = LocalSpark.session();

  @Test
  void groupsAreTheColumnsOfTheSchema(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("log.txt");
    List<String> lines =
        List.of(
            "2026-01-31T12:00:00Z 7 INFO ready, \"steady\"",
            "1000 8 DEBUG ",
            "2026-01-31T14:00:00.5+02:00 12 INFO 日本語");
    Files.write(file, lines, StandardCharsets.UTF_8);

    Dataset<Row> rows = RegexLines.of(SCHEMA, LOG).read(spark, file.toString());

    assertThat(rows.schema()).isEqualTo(SparkSchemas.toSpark(SCHEMA));
    List<Row> actual = rows.collectAsList();
    assertThat(actual)
        .extracting(row -> row.getTimestamp(0).getTime())
        .containsExactly(1769860800000L, 1000L, 1769860800500L);
    List<List<String>> dataVec = new ArrayList<>();
    try (RegexLineRecordReader reader = new RegexLineRecordReader(LOG, 0)) {
      reader.initialize(new FileSplit(file.toFile()));
      while (reader.hasNext()) {
        dataVec.add(reader.next().stream().map(Object::toString).toList());
      }
    }
    for (int i = 0; i < lines.size(); i++) {
      assertThat(String.valueOf(actual.get(i).getInt(1))).isEqualTo(dataVec.get(i).get(1));
      assertThat(actual.get(i).getString(2)).isEqualTo(dataVec.get(i).get(2));
      assertThat(actual.get(i).getString(3)).isEqualTo(dataVec.get(i).get(3));
    }
  }

  @Test
  void badLinesFollowThePolicy() {
    Dataset<Row> lines =
        LocalSpark.frame(
            "value STRING, id INT",
            RowFactory.create("1 2 INFO good", 1),
            RowFactory.create("no match", 2),
            RowFactory.create("noon 2 INFO no time", 3),
            RowFactory.create("1 99999999999 INFO no int", 4),
            RowFactory.create("1 2 WARN no state of the schema", 5),
            RowFactory.create(null, 6));
    RegexLines reader = RegexLines.of(SCHEMA, LOG);

    assertThat(
            reader
                .withHandleInvalid(HandleInvalid.SKIP)
                .parse(lines, "value")
                .select("id")
                .collectAsList())
        .containsExactly(RowFactory.create(1));
    List<Row> kept =
        reader
            .withHandleInvalid(HandleInvalid.KEEP)
            .parse(lines, "value")
            .selectExpr("id", "`time.at` IS NULL", "thread", "level", "message")
            .collectAsList();
    assertThat(kept)
        .containsExactlyInAnyOrder(
            RowFactory.create(1, false, 2, "INFO", "good"),
            RowFactory.create(2, true, null, null, null),
            RowFactory.create(3, true, 2, "INFO", "no time"),
            RowFactory.create(4, false, null, "INFO", "no int"),
            RowFactory.create(5, false, 2, "WARN", "no state of the schema"),
            RowFactory.create(6, true, null, null, null));
    assertError(reader, lines.where("id = 2"), "the line does not match", "line 'no match'");
    assertError(reader, lines.where("id = 3"), "column 'time.at' Time cannot hold 'noon'");
    assertError(reader, lines.where("id = 4"), "column 'thread' Integer cannot hold");
    assertError(reader, lines.where("id = 5"), "level", "WARN");
  }

  private static void assertError(RegexLines reader, Dataset<Row> lines, String... parts) {
    var error = assertThatThrownBy(() -> reader.parse(lines, "value").collectAsList());
    for (String part : parts) {
      error.hasStackTraceContaining(part);
    }
  }

  @Test
  void timesAreTheSameInstantInEachCalendar() {
    Schema times = new Schema.Builder().addColumnTime("at", DateTimeZone.UTC).build();
    RegexLines reader = RegexLines.of(times, "(.*)");
    List<String> texts =
        List.of("0001-01-01T00:00:00Z", "1582-10-04T12:00:00+02:00", "2026-01-31T12:00:00.123Z");
    Row[] lines = texts.stream().map(RowFactory::create).toArray(Row[]::new);

    assertThat(
            reader
                .parse(LocalSpark.frame("value STRING", lines), "value")
                .selectExpr("unix_millis(at)")
                .collectAsList())
        .extracting(row -> row.getLong(0))
        .containsExactlyElementsOf(
            texts.stream()
                .map(text -> OffsetDateTime.parse(text).toInstant().toEpochMilli())
                .toList());
    Dataset<Row> millis = LocalSpark.frame("value STRING", RowFactory.create("-62135596800000"));
    assertThat(reader.parse(millis, "value").selectExpr("unix_millis(at)").first().getLong(0))
        .isEqualTo(-62135596800000L);
    Dataset<Row> far = LocalSpark.frame("value STRING", RowFactory.create("" + Long.MAX_VALUE));
    assertError(reader, far, "is beyond the times that Spark has");
  }

  @Test
  void linesMayComeFromSeveralSources(@TempDir Path folder) {
    String left = folder.resolve("left").toString();
    String right = folder.resolve("right").toString();
    LocalSpark.frame("id INT, line STRING", RowFactory.create(1, "5 INFO x")).write().parquet(left);
    LocalSpark.frame("id INT, n INT", RowFactory.create(1, 2)).write().parquet(right);
    Dataset<Row> joined = spark.read().parquet(left).join(spark.read().parquet(right), "id");

    assertThat(
            RegexLines.of(SCHEMA, LOG)
                .parse(joined, "line")
                .select("id", "n", "message")
                .collectAsList())
        .containsExactly(RowFactory.create(1, 2, "x"));
    assertError(
        RegexLines.of(SCHEMA, "(x)(y)(z)(.)"),
        joined.withColumnRenamed("line", "value"),
        "line '5 INFO x'");
  }

  @Test
  void namesMayDifferByCaseAlone() {
    Schema schema = new Schema.Builder().addColumnsString("a", "A").build();
    Dataset<Row> data =
        LocalSpark.frame(
            "Line STRING, line STRING, b STRING, B STRING",
            RowFactory.create("L", "1 2", "b", "B"));

    Dataset<Row> parsed = RegexLines.of(schema, "(.*) (.*)").parse(data, "line");

    assertThat(parsed.columns()).containsExactly("Line", "b", "B", "a", "A");
    assertThat(parsed.collectAsList()).containsExactly(RowFactory.create("L", "b", "B", "1", "2"));
  }

  @Test
  void aGroupWithoutPartIsNull() {
    Dataset<Row> line = LocalSpark.frame("value STRING", RowFactory.create("5 INFO x"));

    assertThat(RegexLines.of(SCHEMA, LOG).parse(line, "value").select("thread").collectAsList())
        .containsExactly(RowFactory.create((Object) null));
  }

  @Test
  void schemasAndExpressionsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> RegexLines.of(SCHEMA, "(a)(b)"))
        .hasMessageContaining("a group for each of the 4 columns")
        .hasMessageContaining("but has 2");
    Schema array = new Schema.Builder().addColumnNDArray("x", new long[] {1, 2}).build();
    assertThatThrownBy(() -> RegexLines.of(array, "(.*)"))
        .hasMessageContaining("column 'x' is NDArray, which text does not hold");
    Dataset<Row> taken = LocalSpark.frame("value STRING, level INT");
    assertThatThrownBy(() -> RegexLines.of(SCHEMA, LOG).parse(taken, "value"))
        .hasMessageContaining("already has a column 'level'");
    assertThatThrownBy(() -> RegexLines.of(SCHEMA, LOG).parse(taken, "line"))
        .hasMessageContaining("column 'line' is missing");
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.missing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.apache.spark.ml.feature.Imputer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.datavec.JobCounter;
import org.sparkstrom.datavec.column.LocalSpark;
import org.sparkstrom.datavec.column.ModelContract;

class MissingValuesTest {
  private static final String COLUMNS =
      "id INT, `ci.ty` STRING, colour STRING, age INT, height DOUBLE, born DATE, seen TIMESTAMP,"
          + " paid DECIMAL(10,2), member BOOLEAN";

  private final Dataset<Row> data =
      LocalSpark.frame(
          COLUMNS,
          row(1, "Rome", "red", 20, 1.5, "2000-01-01", "2020-01-01T00:00:00.123456Z", "1.25", true),
          row(2, "Rome", "red", 31, Double.NaN, "2000-01-01", null, "2.50", true),
          row(3, "Rome", null, null, 1.8, null, null, null, null),
          row(4, "Oslo", "blue", 40, null, "1990-05-05", "2021-01-01T00:00:00Z", "3.10", false),
          row(5, "Oslo", "blue", null, 1.9, null, "2022-01-01T00:00:00Z", null, null),
          row(6, "Oslo", "?", 42, 2.0, "1980-05-05", "2023-01-01T00:00:00Z", "3.10", false),
          row(7, null, null, null, null, null, null, null, null),
          row(8, "Bern", null, null, null, null, null, null, null));

  private static Row row(
      int id, String city, String colour, Integer age, Double height, Object... rest) {
    return RowFactory.create(
        id,
        city,
        colour,
        age,
        height,
        rest[0] == null ? null : Date.valueOf((String) rest[0]),
        rest[1] == null ? null : Timestamp.from(Instant.parse((String) rest[1])),
        rest[2] == null ? null : new BigDecimal((String) rest[2]),
        rest[3]);
  }

  private static MissingValues colours() {
    return new MissingValues()
        .setInputCols("colour")
        .setOutputCols("filled")
        .setMissingTexts("?", "");
  }

  @Test
  void textGetsItsMostFrequentValueAndTiesTheLeast() {
    // Red and blue are equally frequent
    MissingValuesModel model = colours().setIndicatorCols("gone").fit(data);

    assertThat(model.overall()).isEqualTo(RowFactory.create("blue"));
    assertThat(column(model.transform(data), "filled"))
        .containsExactly("red", "red", "blue", "blue", "blue", "blue", "blue", "blue");
    assertThat(column(model.transform(data), "gone"))
        .containsExactly(false, false, true, false, false, true, true, true);
  }

  @Test
  void groupsHaveFillValuesOfTheirOwn() {
    MissingValuesModel model =
        colours()
            .setInputCols("colour", "age", "height", "seen")
            .setOutputCols("c", "a", "h", "s")
            .setStrategies("mode", "mean", "median", "median")
            .setGroupCols("ci.ty")
            .fit(data);

    Dataset<Row> result = model.transform(data);

    assertThat(column(result, "id")).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(column(result, "c"))
        .containsExactly("red", "red", "red", "blue", "blue", "blue", "blue", "blue");
    // Rome: 25.5, which rounds away from zero; all: 33.25
    assertThat(column(result, "a")).containsExactly(20, 31, 26, 40, 41, 42, 33, 33);
    assertThat(column(result, "h")).containsExactly(1.5, 1.5, 1.8, 1.9, 1.9, 2.0, 1.8, 1.8);
    Timestamp rome = Timestamp.from(Instant.parse("2020-01-01T00:00:00.123456Z"));
    Timestamp all = Timestamp.from(Instant.parse("2021-01-01T00:00:00Z"));
    assertThat(column(result, "s").subList(0, 3)).containsExactly(rome, rome, rome);
    assertThat(column(result, "s").subList(6, 8)).containsExactly(all, all);
  }

  @Test
  void rowsWithoutAKeyAreAGroupToo() {
    Dataset<Row> rows =
        LocalSpark.frame(
            "k STRING, l INT, v INT",
            RowFactory.create(null, 1, 5),
            RowFactory.create(null, 1, null),
            RowFactory.create("a", 1, 7),
            RowFactory.create("a", 1, 7),
            RowFactory.create("a", 2, null));
    MissingValuesModel model =
        new MissingValues().setInputCols("v").setOutputCols("w").setGroupCols("k", "l").fit(rows);

    assertThat(column(model.transform(rows), "w")).containsExactly(5, 5, 7, 7, 7);
  }

  @Test
  void constantsAreReadAsTheColumnsTypes() {
    MissingValuesModel model =
        new MissingValues()
            .setInputCols("colour", "age", "height", "born", "seen", "paid", "member")
            .setOutputCols("1", "2", "3", "4", "5", "6", "7")
            .setStrategies("constant")
            .setConstants("none", "-1", "0.5", "1970-01-01", "1999-12-31T23:59:59.5Z", "7", "false")
            .fit(data);

    Row last =
        model.transform(data).select("1", "2", "3", "4", "5", "6", "7").collectAsList().get(7);

    assertThat(last)
        .isEqualTo(
            RowFactory.create(
                "none",
                -1,
                0.5,
                Date.valueOf("1970-01-01"),
                Timestamp.from(Instant.parse("1999-12-31T23:59:59.5Z")),
                new BigDecimal("7.00"),
                false));
  }

  @Test
  void itIsAStageLikeOthers(@TempDir Path folder) {
    ModelContract.check(everything(), data, folder);
  }

  @Test
  void withoutGroupsItIsAStageLikeOthersToo(@TempDir Path folder) {
    ModelContract.check(everything().setGroupCols(), data, folder);
  }

  private static MissingValues everything() {
    return new MissingValues()
        .setInputCols("ci.ty", "colour", "age", "height", "born", "seen", "paid", "member")
        .setOutputCols("o.1", "o`2", "o3", "o4", "o5", "o6", "o7", "o8")
        .setIndicatorCols("i.1", "i`2", "i3", "i4", "i5", "i6", "i7", "i8")
        .setStrategies("mode", "constant", "mean", "mean", "median", "mode", "mean", "mode")
        .setConstants("none")
        .setGroupCols("ci.ty", "member");
  }

  @Test
  void aFitsJobsDoNotGrowWithItsColumnsAndATransformHasNone() throws Exception {
    MissingValues two =
        new MissingValues()
            .setInputCols("colour", "age")
            .setOutputCols("c", "a")
            .setStrategies("mode", "mean")
            .setGroupCols("ci.ty");
    int jobs = JobCounter.count(() -> two.fit(data.repartition(3))).jobs();
    assertThat(jobs).isPositive();
    assertThat(JobCounter.count(() -> everything().fit(data.repartition(3))).jobs())
        .isEqualTo(jobs);
    MissingValuesModel model = everything().fit(data);
    assertThat(JobCounter.count(() -> model.transform(data)).jobs()).isZero();
    MissingValues constant =
        new MissingValues()
            .setInputCols("age")
            .setOutputCols("a")
            .setStrategies("constant")
            .setConstants("0");
    assertThat(JobCounter.count(() -> constant.fit(data)).jobs()).isZero();
  }

  @Test
  void metadataAndTypesAreKept() {
    StructType type =
        new StructType(
            new StructField[] {
              new StructField(
                  "v",
                  DataTypes.ShortType,
                  true,
                  new MetadataBuilder().putString("unit", "m").build())
            });
    Dataset<Row> rows =
        LocalSpark.session()
            .createDataFrame(
                Arrays.asList(RowFactory.create((short) 3), RowFactory.create((Short) null)), type);

    StructField field =
        new MissingValues()
            .setInputCols("v")
            .setOutputCols("w")
            .fit(rows)
            .transform(rows)
            .schema()
            .fields()[1];

    assertThat(field.dataType()).isEqualTo(DataTypes.ShortType);
    assertThat(field.metadata().getString("unit")).isEqualTo("m");
    assertThat(field.nullable()).isFalse();
  }

  /** Against a loop over the rows, and against Spark's own stage where that has the strategy. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void randomDataIsFilledAsALoopWould(long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      rows.add(
          RowFactory.create(
              i,
              random.nextInt(8) == 0 ? null : "g" + random.nextInt(5),
              random.nextInt(4) == 0 ? null : "t" + random.nextInt(4),
              random.nextInt(4) == 0 ? Double.NaN : (double) random.nextInt(9)));
    }
    Dataset<Row> frame =
        LocalSpark.session()
            .createDataFrame(rows, StructType.fromDDL("id INT, g STRING, t STRING, x DOUBLE"))
            .repartition(4);
    MissingValues stage =
        new MissingValues()
            .setInputCols("t", "x")
            .setOutputCols("t!", "x!")
            .setStrategies("mode", "mean");

    Map<Integer, Row> filled = new HashMap<>();
    Dataset<Row> grouped =
        stage.copy(ParamMap.empty()).setGroupCols("g").fit(frame).transform(frame);
    grouped.collectAsList().forEach(row -> filled.put(row.getInt(0), row));

    assertThat(filled).as("seed %d", seed).hasSize(rows.size());
    for (Row row : rows) {
      List<Row> group = rows.stream().filter(r -> Objects.equals(r.get(1), row.get(1))).toList();
      Row result = filled.get(row.getInt(0));
      Object text = row.isNullAt(2) ? mostFrequent(group) : row.get(2);
      assertThat(result.get(4)).as("seed %d, %s", seed, row).isEqualTo(text);
      double mean =
          group.stream()
              .mapToDouble(r -> r.getDouble(3))
              .filter(x -> !Double.isNaN(x))
              .average()
              .orElseThrow();
      double number = Double.isNaN(row.getDouble(3)) ? mean : row.getDouble(3);
      assertThat(result.getDouble(5)).as("seed %d, %s", seed, row).isEqualTo(number);
    }
    Dataset<Row> imputed =
        new Imputer()
            .setInputCol("x")
            .setOutputCol("y")
            .setStrategy("mean")
            .fit(frame)
            .transform(frame);
    Dataset<Row> ours = stage.fit(imputed).transform(imputed);
    assertThat(ours.where(functions.abs(ours.col("y").minus(ours.col("x!"))).gt(1e-12)).count())
        .as("seed %d", seed)
        .isZero();
  }

  private static String mostFrequent(List<Row> group) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Row row : group) {
      if (!row.isNullAt(2)) {
        counts.merge(row.getString(2), 1, Integer::sum);
      }
    }
    int most = counts.values().stream().mapToInt(n -> n).max().orElseThrow();
    return counts.keySet().stream()
        .filter(key -> counts.get(key) == most)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatCannotBeFilledIsRefused() {
    assertThatThrownBy(() -> new MissingValues().fit(data))
        .hasMessageContaining("call setInputCols(...) and setOutputCols(...)");
    assertThatThrownBy(() -> colours().setStrategies("mean").fit(data))
        .hasMessageContaining("column 'colour' of type string has no mean");
    assertThatThrownBy(() -> colours().setStrategies("most"))
        .hasMessageContaining("strategies must be one of [mode, mean, median, constant]");
    assertThatThrownBy(() -> colours().setStrategies()).hasMessageContaining("but is empty");
    assertThatThrownBy(() -> colours().setStrategies("mode", "mode").fit(data))
        .hasMessageContaining("one for each of inputCols [colour], but are [mode, mode]");
    assertThatThrownBy(() -> colours().setStrategies("constant").fit(data))
        .hasMessageContaining("constants must be one for each column of the strategy constant, 1");
    assertThatThrownBy(() -> colours().setGroupCols("town").fit(data))
        .hasMessageContaining("groupCols 'town' is missing");
    assertThatThrownBy(() -> colours().setIndicatorCols("a", "b").fit(data))
        .hasMessageContaining("indicatorCols must name one column for each of inputCols");
    assertThatThrownBy(() -> colours().setOutputCols("age").fit(data))
        .hasMessageContaining("there already is a column 'age'");
    assertThatThrownBy(() -> colours().fit(data.where("colour IS NULL OR colour = '?'")))
        .hasMessageContaining("column 'colour' has no mode");
    Dataset<Row> nested = data.withColumn("tags", functions.array(functions.lit(1)));
    assertThatThrownBy(() -> colours().setInputCols("tags").fit(nested))
        .hasMessageContaining("column 'tags' must be a number, text");
    assertThatThrownBy(() -> colours().setGroupCols("tags").fit(nested))
        .hasMessageContaining("must hold single values, but is array<int>");
  }

  @Test
  void constantsOfAnotherTypeAreRefusedBeforeAnyJob() throws Exception {
    Map<String, String> bad =
        Map.of(
            "age", "1.5",
            "height", "NaN",
            "born", "5 May",
            "seen", "2020-01-01T00:00:00",
            "paid", "1.234",
            "member", "yes");
    for (Map.Entry<String, String> entry : bad.entrySet()) {
      MissingValues stage =
          new MissingValues()
              .setInputCols(entry.getKey())
              .setOutputCols("new")
              .setStrategies("constant")
              .setConstants(entry.getValue());
      assertThatThrownBy(() -> stage.transformSchema(data.schema()))
          .hasMessageContaining("column '" + entry.getKey() + "'")
          .hasMessageContaining("the constant '" + entry.getValue() + "' must be a value of type");
    }
  }

  @Test
  void aModelIsUsedOnlyWithWhatItWasFittedOn() {
    MissingValuesModel model = colours().fit(data);

    assertThatThrownBy(() -> model.setInputCols("age").transform(data))
        .hasMessageContaining("must have the types that the fit saw, v0 STRING, but are age INT");
    assertThatThrownBy(
            () ->
                new MissingValuesModel("fresh")
                    .setInputCols("age")
                    .setOutputCols("a")
                    .transform(data))
        .hasMessageContaining("fresh was not fitted");
  }

  private static List<Object> column(Dataset<Row> rows, String name) {
    return rows.select(name).collectAsList().stream().map(row -> row.get(0)).toList();
  }
}

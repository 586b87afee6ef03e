// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.spark.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.spark.SparkTests;

class StoredRowsTest {

  private static final StructType SCHEMA =
      new StructType()
          .add("id", "int", false)
          .add("text", "string")
          .add("number", "decimal(30,4)")
          .add("day", "date")
          .add("time", "timestamp")
          .add("bytes", "binary")
          .add("vector", SQLDataTypes.VectorType())
          .add("list", "array<string>")
          .add("table", "map<string,int>")
          .add("pair", "struct<a:int,b:array<double>>");

  private static final List<StructField> APPENDED =
      List.of(
          DataTypes.createStructField("place", DataTypes.IntegerType, false),
          DataTypes.createStructField("unit", SQLDataTypes.VectorType(), true));

  /** Holds so many rows at a time, leaving each third one out, and tells their places. */
  private record Batches(int size) implements RowsFunction {
    @Override
    public Iterator<AppendedRow> call(PartitionRows rows) {
      return new Iterator<>() {
        private int given;
        private int read;

        @Override
        public boolean hasNext() {
          if (given == rows.held()) {
            rows.clear();
            given = 0;
            while (rows.held() < size && rows.hasNext()) {
              rows.next();
              if (read++ % 3 != 2) {
                rows.hold();
              }
            }
          }
          return given < rows.held();
        }

        @Override
        public AppendedRow next() {
          int place = given++;
          return rows.append(
              place, new Object[] {place, place % 2 == 0 ? null : Vectors.dense(place)});
        }
      };
    }
  }

  /** Numbers the rows. */
  private record Counting() implements RowsFunction {
    @Override
    public Iterator<AppendedRow> call(PartitionRows rows) {
      return new Iterator<>() {
        private long count;

        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public AppendedRow next() {
          rows.clear();
          rows.next();
          rows.hold();
          return rows.append(0, new Object[] {count++});
        }
      };
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 1000})
  void everyTypeOfColumnPassesUnchangedInOrder(int batch) {
    List<Row> rows = rows(50);
    List<Row> actual = append(frame(rows), batch).collectAsList();
    int place = 0;
    int kept = 0;
    for (int i = 0; i < 50; i++) {
      if (i % 3 == 2) {
        continue;
      }
      Row row = actual.get(kept);
      List<Object> expected = new ArrayList<>();
      for (int column = 0; column < SCHEMA.size(); column++) {
        expected.add(frameRow(i).get(column));
      }
      expected.add(place);
      expected.add(place % 2 == 0 ? null : Vectors.dense(place));
      assertThat(row).as("row %d", i).isEqualTo(RowFactory.create(expected.toArray()));
      kept++;
      place = (place + 1) % batch;
    }
    assertThat(actual).hasSize(kept);
  }

  /** The row as Spark gives it back. */
  private static Row frameRow(int i) {
    return READ_BACK.get(i);
  }

  private static final List<Row> READ_BACK = frame(rows(50)).collectAsList();

  @Test
  void columnsThatNobodyTakesAreLeftOut() {
    Dataset<Row> some = append(frame(rows(9)), 4).select("place", "text");
    assertThat(some.queryExecution().optimizedPlan().toString())
        .contains("AS _1#")
        .doesNotContain("AS _5#");
    assertThat(some.collectAsList()).hasSize(6).first().isEqualTo(RowFactory.create(0, "text 0"));
  }

  @Test
  void partsOfNestedColumnsAreThoseOfTheInput() {
    Dataset<Row> data =
        frame(rows(9))
            .selectExpr(
                "id",
                "pair",
                "array(pair, named_struct('a', 7, 'b', null)) as pairs",
                "map(id, pair) as pairOf",
                "named_struct('x', id, 'y', named_struct('u', text, 'v', id * 2)) as deep");
    String[] parts = {
      "pair.b", "pairs.b", "pairs[1].a as a", "pairOf[id].b as ofId", "deep.y.v", "id"
    };
    List<Row> expected = data.filter("id % 3 < 2").selectExpr(parts).collectAsList();
    assertThat(append(data, 4).selectExpr(parts).collectAsList()).isEqualTo(expected);
    assertThat(append(data, 4).filter("deep.y.v > 0").selectExpr(parts).collectAsList())
        .isEqualTo(expected.subList(1, expected.size()));
    assertThat(append(data, 4).selectExpr("explode(pairs) as p").select("p.a").collectAsList())
        .isEqualTo(
            data.filter("id % 3 < 2")
                .selectExpr("explode(pairs) as p")
                .select("p.a")
                .collectAsList());
  }

  @Test
  void oneAfterTheOtherGivesTheColumnsOfBoth() {
    Dataset<Row> once = append(frame(rows(9)), 4);
    List<StructField> more =
        List.of(DataTypes.createStructField("again", DataTypes.LongType, true));
    Dataset<Row> twice = StoredRows.append(once, List.of(), more, new Counting());
    List<Row> before = once.collectAsList();
    List<Row> after = twice.collectAsList();
    assertThat(after).hasSameSizeAs(before);
    for (int i = 0; i < before.size(); i++) {
      List<Object> expected = new ArrayList<>();
      for (int column = 0; column < before.get(i).size(); column++) {
        expected.add(before.get(i).get(column));
      }
      expected.add((long) i);
      assertThat(after.get(i)).isEqualTo(RowFactory.create(expected.toArray()));
    }
  }

  @ParameterizedTest
  @CsvSource({"true,FALLBACK", "false,FALLBACK", "false,NO_CODEGEN"})
  void worksHoweverSparkRunsItsPlan(String wholeStage, String factory) {
    SparkSession spark = SparkTests.session();
    spark.conf().set("spark.sql.codegen.wholeStage", wholeStage);
    spark.conf().set("spark.sql.codegen.factoryMode", factory);
    try {
      List<Row> actual = append(frame(rows(9)), 4).collectAsList();
      assertThat(actual).hasSize(6);
      assertThat(actual.get(5).getInt(0)).isEqualTo(7);
      assertThat(actual.get(5).<Object>getAs("vector")).isEqualTo(READ_BACK.get(7).get(6));
    } finally {
      spark.conf().unset("spark.sql.codegen.wholeStage");
      spark.conf().unset("spark.sql.codegen.factoryMode");
    }
  }

  @Test
  void widerTablesThanSparkGeneratesCodeForPassUnchanged() {
    Column[] columns =
        IntStream.range(0, 300)
            .mapToObj(i -> functions.col("id").multiply(i).as("c" + i))
            .toArray(Column[]::new);
    Dataset<Row> wide = SparkTests.session().range(7).toDF().select(columns).coalesce(1);
    List<Row> actual = append(wide, 3).collectAsList();
    assertThat(actual).hasSize(5);
    assertThat(actual.get(4).getLong(299)).isEqualTo(6 * 299);
  }

  @Test
  void namesThatOccurTwiceStayApart() {
    Dataset<Row> twins = frame(rows(2)).select("id", "text").toDF("a", "a");
    Dataset<Row> result = append(twins, 2).toDF("first", "second", "place", "unit");
    assertThat(result.select("first", "second").collectAsList())
        .containsExactly(RowFactory.create(0, "text 0"), RowFactory.create(1, null));
  }

  private static Dataset<Row> append(Dataset<Row> data, int batch) {
    return StoredRows.append(data, List.of(), APPENDED, new Batches(batch));
  }

  private static Dataset<Row> frame(List<Row> rows) {
    return SparkTests.session().createDataFrame(rows, SCHEMA).coalesce(1);
  }

  private static List<Row> rows(int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean none = i % 2 == 1;
      rows.add(
          RowFactory.create(
              i,
              none ? null : "text " + i,
              none ? null : BigDecimal.valueOf(i * 123_456_789L, 4),
              none ? null : Date.valueOf("2026-01-0" + (1 + i % 9)),
              none ? null : new Timestamp(1_700_000_000_000L + i),
              none ? null : new byte[i],
              i % 5 == 3 ? null : i % 5 == 4 ? Vectors.zeros(i).toSparse() : Vectors.dense(i, 1, 2),
              none ? null : new String[] {"a", null, "long enough not to be in place " + i},
              none ? null : Map.of("key", i),
              none ? null : RowFactory.create(i, new Double[] {1.0 * i, null})));
    }
    return rows;
  }
}

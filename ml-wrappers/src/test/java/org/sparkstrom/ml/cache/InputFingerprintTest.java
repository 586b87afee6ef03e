// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.ml.cache;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.rand;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.ml.TestSpark;

class InputFingerprintTest {
  @TempDir static Path folder;

  private static final InputFingerprint FILES = InputFingerprint.files();
  private static final InputFingerprint CONTENT = InputFingerprint.content();

  private static SparkSession spark;
  private static String csv;

  @BeforeAll
  static void writeFile() throws Exception {
    spark = TestSpark.session();
    Path file = folder.resolve("with space+plus.csv");
    Files.writeString(file, "1,2\n3,4\n");
    csv = file.toString();
  }

  private static Dataset<Row> read() {
    return spark.read().schema("a INT, b INT").csv(csv);
  }

  @Test
  void theSameFilesReadAlikeAreTheSame() {
    assertThat(FILES.of(read())).startsWith("files 1 ").isEqualTo(FILES.of(read()));
    assertThat(FILES.of(read().where("a > 1"))).isEqualTo(FILES.of(read().where("a > 1")));
  }

  @Test
  void whatIsReadOtherwiseIsAnother() {
    List<String> prints =
        List.of(
            FILES.of(read()),
            FILES.of(spark.read().schema("a INT, b INT").option("comment", "1").csv(csv)),
            FILES.of(spark.read().schema("a INT, b LONG").csv(csv)),
            FILES.of(read().where("a > 1")),
            FILES.of(read().where("a > 2")),
            FILES.of(read().select("a")),
            FILES.of(read().selectExpr("a", "b", "a = a")),
            FILES.of(read().selectExpr("a", "b", "a = b")),
            FILES.of(read().selectExpr("a", "b", "pi()")),
            FILES.of(read().selectExpr("a", "b", "CAST('2026-01-01' AS DATE)")),
            FILES.of(read().sort("a")),
            FILES.of(read().sort("a").limit(1)),
            FILES.of(read().as("l").crossJoin(read().as("r")).selectExpr("l.a", "l.b")),
            FILES.of(read().as("l").crossJoin(read().as("r")).selectExpr("r.a", "r.b")));
    assertThat(prints).doesNotHaveDuplicates();
  }

  @Test
  void aWidePlanIsReadToItsEnd() {
    Column[] same = IntStream.range(0, 60).mapToObj(i -> lit("x" + i)).toArray(Column[]::new);
    Column[] other = same.clone();
    other[59] = lit("y");
    assertThat(FILES.of(read().select(concat(same))))
        .isNotEqualTo(FILES.of(read().select(concat(other))));
    assertThat(FILES.of(read().select(same)))
        .isNotEqualTo(FILES.of(read().select(other)))
        .isEqualTo(FILES.of(read().select(same)));
  }

  @Test
  void aFileThatChangesIsAnother() throws Exception {
    Path file = folder.resolve("changing.csv");
    Files.writeString(file, "1\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    Dataset<Row> rows = spark.read().schema("a INT").csv(file.toString());
    String before = FILES.of(rows);
    Files.writeString(file, "2\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(2_000_000));
    assertThatThrownBy(() -> FILES.of(rows))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("changing.csv' has changed since; read the input anew");
    Dataset<Row> anew = spark.read().schema("a INT").csv(file.toString());
    assertThat(FILES.of(anew)).isNotEqualTo(before);
    Files.delete(file);
    assertThatThrownBy(() -> FILES.of(anew)).hasMessageContaining("is no longer there");
  }

  @Test
  void persistedRowsMayBeOlderThanTheirFiles() {
    Dataset<Row> rows = read().where("a > 0");
    String before = FILES.of(rows);
    rows.persist();
    try {
      for (Dataset<Row> kept : List.of(rows, rows.select("b"), read().where("a > 0"))) {
        assertThatThrownBy(() -> FILES.of(kept))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("but is persisted")
            .hasMessageContaining("unpersist it, or take InputFingerprint.content()");
      }
    } finally {
      rows.unpersist();
    }
    assertThat(FILES.of(rows)).isEqualTo(before);
  }

  @Test
  void whatFilesCannotTellIsRefused() {
    UDF1<Integer, Integer> twice = a -> 2 * a;
    assertThatThrownBy(
            () -> FILES.of(read().select(udf(twice, DataTypes.IntegerType).apply(col("a")))))
        .hasMessageContaining("whose code is not in the plan; take InputFingerprint.content()");
    assertThatThrownBy(() -> FILES.of(read().filter((FilterFunction<Row>) row -> true)))
        .hasMessageContaining("but has the operation TypedFilter");
    assertThatThrownBy(() -> FILES.of(read().withColumn("r", rand(1))))
        .hasMessageContaining("not deterministic");
    assertThatThrownBy(() -> FILES.of(spark.range(3))).hasMessageContaining("rows of Range");
    read().createOrReplaceTempView("fingerprint_rows");
    assertThatThrownBy(() -> FILES.of(read().where("a IN (SELECT b FROM fingerprint_rows)")))
        .hasMessageContaining("a subquery");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "current_date()",
        "current_timestamp()",
        "now()",
        "localtimestamp()",
        "unix_timestamp()",
        "to_date('today')",
        "CAST('now' AS TIMESTAMP)",
        "current_user()",
        "current_database()",
        "current_catalog()"
      })
  void whatIsAnotherAtAnotherTimeIsRefused(String expression) {
    assertThatThrownBy(() -> FILES.of(read().selectExpr("a", expression)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which tells who reads, or when")
        .hasMessageContaining("take InputFingerprint.content()");
  }

  @Test
  void rowsOfNoOrderThatArePickedAreRefused() {
    for (Dataset<Row> picked :
        List.of(
            read().limit(1), read().sort("a").where("a > 1").limit(1), read().sample(0.5, 1L))) {
      assertThatThrownBy(() -> FILES.of(picked))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("which may take others of the same rows")
          .hasMessageContaining("take InputFingerprint.content()");
    }
  }

  private static Dataset<Row> values(Row... rows) {
    StructType schema = StructType.fromDDL("a INT, b INT, c ARRAY<INT>, m MAP<STRING, INT>");
    return spark.createDataFrame(List.of(rows), schema);
  }

  private static Row row(Integer a, Integer b, Integer... c) {
    return RowFactory.create(a, b, c, Map.of("k", 1));
  }

  @Test
  void contentDoesNotDependOnTheOrderOfRows() {
    Row[] rows = IntStream.range(0, 50).mapToObj(i -> row(i, -i, i)).toArray(Row[]::new);
    Row[] turned = IntStream.range(0, 50).mapToObj(i -> rows[49 - i]).toArray(Row[]::new);
    assertThat(CONTENT.of(values(rows)))
        .startsWith("content 50 rows ")
        .isEqualTo(CONTENT.of(values(turned).repartition(7)));
  }

  @Test
  void contentSeesEveryValueAndEveryNull() {
    List<String> prints =
        List.of(
            CONTENT.of(values()),
            CONTENT.of(values(row(1, 2, 3))),
            CONTENT.of(values(row(2, 1, 3))),
            CONTENT.of(values(row(1, null, 3))),
            CONTENT.of(values(row(null, 1, 3))),
            CONTENT.of(values(row(1, 2, 3, null))),
            CONTENT.of(values(row(1, 2, null, 3))),
            CONTENT.of(values(row(1, 2))),
            CONTENT.of(values(row(1, 2, 3), row(1, 2, 3))),
            CONTENT.of(values(row(1, 2, 3), row(1, 2, 3), row(1, 2, 3))));
    assertThat(prints).doesNotHaveDuplicates();
  }

  @Test
  void contentThatIsDrawnAnewIsRefusedUnlessItIsKept() {
    Dataset<Row> drawn = read().withColumn("r", rand(1));
    assertThatThrownBy(() -> CONTENT.of(drawn))
        .hasMessageContaining("not deterministic")
        .hasMessageContaining("persist the rows");
    drawn.persist();
    try {
      assertThat(CONTENT.of(drawn)).isEqualTo(CONTENT.of(drawn));
    } finally {
      drawn.unpersist();
    }
  }

  @Test
  void aGivenVersionIsAllThatCounts() {
    assertThat(InputFingerprint.given("v1").of(read()))
        .isEqualTo(InputFingerprint.given("v1").of(spark.range(2)))
        .isNotEqualTo(InputFingerprint.given("v2").of(read()));
  }
}

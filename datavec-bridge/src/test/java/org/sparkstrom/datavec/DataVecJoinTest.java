// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.join.Join;
import org.datavec.api.transform.join.Join.JoinType;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.Writable;
import org.datavec.local.transforms.LocalTransformExecutor;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DataVecJoinTest {
  private static final long DEADLINE_MS = 600_000;
  private static final Schema LEFT =
      new Schema.Builder().addColumnString("name").addColumnInteger("id").build();
  private static final Schema RIGHT =
      new Schema.Builder().addColumnDouble("x").addColumnInteger("of").addColumnLong("l").build();

  @ParameterizedTest
  @EnumSource(JoinType.class)
  void itIsTheLocalExecutorsJoin(JoinType type) {
    long seed = Long.getLong("datavec.seed", type.name().hashCode());
    Random random = new Random(seed);
    List<Row> left = new ArrayList<>();
    List<Row> right = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      left.add(RowFactory.create("n" + i, key(random)));
      right.add(RowFactory.create(random.nextGaussian(), key(random), (long) i));
    }
    Join join =
        new Join.Builder(type)
            .setSchemas(LEFT, RIGHT)
            .setJoinColumnsLeft("id")
            .setJoinColumnsRight("of")
            .build();

    Dataset<Row> joined =
        DataVecJoin.of(join).apply(frame(LEFT, left), frame(RIGHT, right).repartition(3));

    List<List<Writable>> expected =
        LocalTransformExecutor.executeJoin(join, records(LEFT, left), records(RIGHT, right));
    RowConverter out =
        new RowConverter(
            SparkSchemas.toSpark(join.getOutputSchema()),
            join.getOutputSchema(),
            TimeClasses.JAVA_SQL);
    assertThat(joined.columns()).containsExactly("name", "id", "x", "l");
    assertThat(RowBits.of(joined.collectAsList()))
        .as("-Ddatavec.seed=%d", seed)
        .hasSizeGreaterThan(20)
        .containsExactlyInAnyOrderElementsOf(
            RowBits.of(expected.stream().map(out::toRow).toList()));
  }

  /** DataVec gives each key column of such a row the first key. */
  @Test
  void aRowOfTheRightAloneHasEachOfItsKeysInItsPlace() {
    Schema left =
        new Schema.Builder()
            .addColumnInteger("b")
            .addColumnString("v")
            .addColumnInteger("a")
            .build();
    Schema right =
        new Schema.Builder()
            .addColumnInteger("a2")
            .addColumnInteger("b2")
            .addColumnString("w")
            .build();
    Join join =
        new Join.Builder(JoinType.FullOuter)
            .setSchemas(left, right)
            .setJoinColumnsLeft("a", "b")
            .setJoinColumnsRight("a2", "b2")
            .build();

    List<Row> rows =
        DataVecJoin.of(join)
            .apply(
                frame(left, List.of(RowFactory.create(2, "l", 1), RowFactory.create(1, "m", 2))),
                frame(right, List.of(RowFactory.create(1, 2, "r"), RowFactory.create(7, 8, "s"))))
            .collectAsList();

    assertThat(rows)
        .containsExactlyInAnyOrder(
            RowFactory.create(2, "l", 1, "r"),
            RowFactory.create(1, "m", 2, null),
            RowFactory.create(8, null, 7, "s"));
    assertThat(
            join.joinExamples(null, records(right, List.of(RowFactory.create(7, 8, "s"))).get(0)))
        .extracting(Object::toString)
        .startsWith("7");
  }

  @Test
  void rowsOfNothingButKeysAreNotLost() {
    Schema ids = new Schema.Builder().addColumnInteger("id").build();
    Join join = new Join.Builder(JoinType.Inner).setSchemas(ids, LEFT).setJoinColumns("id").build();

    assertThat(
            DataVecJoin.of(join)
                .apply(
                    frame(ids, List.of(RowFactory.create(1))),
                    frame(LEFT, List.of(RowFactory.create("n", 1))))
                .collectAsList())
        .containsExactly(RowFactory.create(1, "n"));
  }

  @Test
  void timesAndArraysComeOutAsAProcessTakesThem() throws Exception {
    Schema left =
        new Schema.Builder().addColumnInteger("id").addColumnTime("t", DateTimeZone.UTC).build();
    Schema right =
        new Schema.Builder()
            .addColumnInteger("id")
            .addColumnNDArray("a", new long[] {1, 2})
            .build();
    Join join =
        new Join.Builder(JoinType.LeftOuter).setSchemas(left, right).setJoinColumns("id").build();
    Timestamp time = Timestamp.from(Instant.parse("2026-03-29T01:59:59.999Z"));
    Dataset<Row> times =
        TestSpark.frame(
            StructType.fromDDL("t TIMESTAMP, other STRING, id SMALLINT"),
            RowFactory.create(time, "o", (short) 1),
            RowFactory.create(null, "o", (short) 2));
    Dataset<Row> arrays =
        TestSpark.frame(
            StructType.fromDDL("id INT, a ARRAY<FLOAT>"), RowFactory.create(1, List.of(1.5f, -2f)));
    DataVecJoin joining = DataVecJoin.of(join);

    JobCounter.Count<Dataset<Row>> joined = JobCounter.count(() -> joining.apply(times, arrays));

    assertThat(joined.jobs()).isZero();
    assertThat(joined.result().schema())
        .isEqualTo(joining.outputSchema(times.schema(), arrays.schema()))
        .isEqualTo(SparkSchemas.toSpark(joining.outputSchema()));
    assertThat(joined.result().collectAsList())
        .containsExactlyInAnyOrder(
            RowFactory.create(1, time, Vectors.dense(1.5, -2)), RowFactory.create(2, null, null));
  }

  @Test
  void aNullKeyMatchesANullKeyAsInDataVec() {
    Join join =
        new Join.Builder(JoinType.Inner)
            .setSchemas(LEFT, RIGHT)
            .setJoinColumnsLeft("id")
            .setJoinColumnsRight("of")
            .build();
    List<Row> left = List.of(RowFactory.create("n", null), RowFactory.create("m", 1));
    List<Row> right = List.of(RowFactory.create(0.5, null, 7L));

    assertThat(DataVecJoin.of(join).apply(frame(LEFT, left), frame(RIGHT, right)).collectAsList())
        .containsExactly(RowFactory.create("n", null, 0.5, 7L));
    assertThat(LocalTransformExecutor.executeJoin(join, records(LEFT, left), records(RIGHT, right)))
        .hasSize(1);
  }

  /** DataVec's numbers are no NaN, and their zeros are equal with different hash codes. */
  @Test
  void aNanKeyMatchesNanAndTheZerosEachOther() {
    Schema left = new Schema.Builder().addColumnDouble("k").addColumnString("l").build();
    Schema right = new Schema.Builder().addColumnDouble("k").addColumnString("r").build();
    Join join =
        new Join.Builder(JoinType.Inner).setSchemas(left, right).setJoinColumns("k").build();
    List<Row> a =
        List.of(
            RowFactory.create(Double.NaN, "nan"),
            RowFactory.create(-0.0, "zero"),
            RowFactory.create(1.5, "one"));
    List<Row> b =
        List.of(
            RowFactory.create(Double.NaN, "NAN"),
            RowFactory.create(0.0, "ZERO"),
            RowFactory.create(1.5, "ONE"));

    assertThat(
            RowBits.of(DataVecJoin.of(join).apply(frame(left, a), frame(right, b)).collectAsList()))
        .containsExactlyInAnyOrderElementsOf(
            RowBits.of(
                List.of(
                    RowFactory.create(Double.NaN, "nan", "NAN"),
                    RowFactory.create(-0.0, "zero", "ZERO"),
                    RowFactory.create(1.5, "one", "ONE"))));
    assertThat(LocalTransformExecutor.executeJoin(join, records(left, a), records(right, b)))
        .hasSize(1);
  }

  @Test
  void aStreamIsJoinedWithATable(@TempDir Path folder) throws Exception {
    Path input = Files.createDirectory(folder.resolve("in"));
    Files.writeString(input.resolve("a.csv"), "n,1\nm,2\n", StandardCharsets.UTF_8);
    SparkSession spark = TestSpark.session();
    Join join =
        new Join.Builder(JoinType.LeftOuter)
            .setSchemas(LEFT, RIGHT)
            .setJoinColumnsLeft("id")
            .setJoinColumnsRight("of")
            .build();
    StructType columns = SparkSchemas.toSpark(LEFT);
    Dataset<Row> stream = spark.readStream().schema(columns).csv(input.toString());

    StreamingQuery query =
        DataVecJoin.of(join)
            .apply(stream, frame(RIGHT, List.of(RowFactory.create(0.5, 1, 7L))))
            .writeStream()
            .format("memory")
            .queryName("joined")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(DEADLINE_MS)).isTrue();

    assertThat(spark.table("joined").collectAsList())
        .containsExactlyInAnyOrder(
            RowFactory.create("n", 1, 0.5, 7L), RowFactory.create("m", 2, null, null));
    spark.catalog().dropTempView("joined");
  }

  @Test
  void whatCannotBeJoinedIsRefusedWithTheRemedy() {
    assertThatThrownBy(
            () ->
                DataVecJoin.of(
                    new Join.Builder(JoinType.Inner)
                        .setSchemas(LEFT, RIGHT)
                        .setJoinColumnsLeft("id", "name")
                        .setJoinColumnsRight("of")
                        .build()))
        .hasMessageContaining("as many key columns")
        .hasMessageContaining("[id, name] and [of]");
    assertThatThrownBy(
            () ->
                DataVecJoin.of(
                    new Join.Builder(JoinType.Inner)
                        .setSchemas(LEFT, RIGHT)
                        .setJoinColumnsLeft("name")
                        .setJoinColumnsRight("of")
                        .build()))
        .hasMessageContaining("'name' is String and 'of' is Integer")
        .hasMessageContaining("convert one");
    assertThatThrownBy(
            () ->
                DataVecJoin.of(
                    new Join.Builder(JoinType.Inner)
                        .setSchemas(LEFT, LEFT)
                        .setJoinColumns("id")
                        .build()))
        .hasMessageContaining("'name' occurs twice");
    DataVecJoin join =
        DataVecJoin.of(
            new Join.Builder(JoinType.Inner)
                .setSchemas(LEFT, RIGHT)
                .setJoinColumnsLeft("id")
                .setJoinColumnsRight("of")
                .build());
    assertThatThrownBy(() -> join.apply(frame(LEFT, List.of()), frame(LEFT, List.of())))
        .hasMessageContaining("the right side of the join")
        .hasMessageContaining("column 'of' is missing");
  }

  private static Integer key(Random random) {
    return random.nextInt(25);
  }

  private static Dataset<Row> frame(Schema schema, List<Row> rows) {
    return TestSpark.frame(SparkSchemas.toSpark(schema), rows);
  }

  private static List<List<Writable>> records(Schema schema, List<Row> rows) {
    RowConverter converter =
        new RowConverter(SparkSchemas.toSpark(schema), schema, TimeClasses.JAVA_SQL);
    return rows.stream().map(converter::toRecord).toList();
  }
}

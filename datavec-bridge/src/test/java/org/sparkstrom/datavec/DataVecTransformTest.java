// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.metadata.BinaryMetaData;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;

class DataVecTransformTest {
  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnInteger("age")
          .addColumnCategorical("Sex", "male", "fe.male")
          .build();

  private static final StructType COLUMNS = StructType.fromDDL("age INT, Sex STRING");

  private static final DataVecTransform ONE_HOT =
      DataVecTransform.of(
          new TransformProcess.Builder(SCHEMA)
              .categoricalToOneHot("Sex")
              .integerMathOp("age", MathOp.Add, 1)
              .build());

  @Test
  void namesWithBracketsAndDotsAreLegal() {
    Dataset<Row> data = TestSpark.frame(COLUMNS, RowFactory.create(4, "fe.male"));

    Dataset<Row> result = ONE_HOT.apply(data);

    assertThat(result.columns()).containsExactly("age", "Sex[male]", "Sex[fe.male]");
    assertThat(result.select("`Sex[fe.male]`", "age").collectAsList())
        .containsExactly(RowFactory.create(1, 5));
  }

  @Test
  void anyNameIsLegalAndNamesMayDifferInCaseAlone() {
    Schema odd =
        new Schema.Builder().addColumnsInteger("a", "A", "`t`", "a.b[c]", "", "c0", "*").build();
    DataVecTransform rename =
        DataVecTransform.of(
            new TransformProcess.Builder(odd)
                .renameColumn("c0", "c1")
                .duplicateColumn("a", "ä.`")
                .build());
    Dataset<Row> data =
        TestSpark.frame(SparkSchemas.toSpark(odd), RowFactory.create(1, 2, 3, 4, 5, 6, 7));

    Dataset<Row> result = rename.apply(data);

    assertThat(result.columns()).containsExactly("a", "ä.`", "A", "`t`", "a.b[c]", "", "c1", "*");
    assertThat(result.collectAsList()).containsExactly(RowFactory.create(1, 1, 2, 3, 4, 5, 6, 7));
  }

  @Test
  void theResultHasTheAnnouncedSchemaWithMetadata() {
    StructType input =
        SparkSchemas.toSpark(SCHEMA).add("id", DataTypes.LongType, false).add("a.b", "string");
    Dataset<Row> data = TestSpark.frame(input, RowFactory.create(1, "male", 7L, "x"));

    for (TransformProcess process :
        List.of(
            new TransformProcess.Builder(SCHEMA).build(),
            new TransformProcess.Builder(SCHEMA).categoricalToOneHot("Sex").build())) {
      DataVecTransform transform = DataVecTransform.of(process);
      StructType schema = transform.apply(data).schema();

      assertThat(schema).isEqualTo(transform.outputSchema(input));
      assertThat(SparkSchemas.toDataVec(schema).getColumnMetaData())
          .startsWith(process.getFinalSchema().getColumnMetaData().toArray(ColumnMetaData[]::new));
    }
  }

  @Test
  void columnsThatTheProcessDoesNotKnowPassThrough() {
    StructType input = StructType.fromDDL("id BIGINT, Sex STRING, m MAP<STRING,INT>, age INT");
    Row row = RowFactory.create(9L, "male", null, 3);

    Dataset<Row> result = ONE_HOT.apply(TestSpark.frame(input, row));

    assertThat(result.columns()).containsExactly("age", "Sex[male]", "Sex[fe.male]", "id", "m");
    assertThat(result.collectAsList()).containsExactly(RowFactory.create(4, 1, 0, 9L, null));
  }

  @Test
  void nothingRunsBeforeAnActionAndEmptyDataGivesAnEmptyResult() throws Exception {
    AtomicInteger jobs = new AtomicInteger();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.incrementAndGet();
          }
        };
    var context = TestSpark.session().sparkContext();
    context.listenerBus().waitUntilEmpty();
    context.addSparkListener(listener);
    try {
      Dataset<Row> empty = ONE_HOT.apply(TestSpark.frame(COLUMNS));
      var emptyRdd = ONE_HOT.apply(TestSpark.context().<List<Writable>>emptyRDD());
      context.listenerBus().waitUntilEmpty();
      assertThat(jobs).hasValue(0);

      assertThat(empty.collectAsList()).isEmpty();
      assertThat(emptyRdd.collect()).isEmpty();
    } finally {
      context.removeSparkListener(listener);
    }
  }

  @Test
  void missingColumnsAndTypeConflictsAreReportedTogether() {
    Dataset<Row> data = TestSpark.frame(StructType.fromDDL("AGE INT, Sex BIGINT"));

    assertThatThrownBy(() -> ONE_HOT.apply(data))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("column 'age' is missing")
        .hasMessageContaining("column 'Sex' is bigint, which cannot be read as DataVec Categorical")
        .hasMessageContaining("'AGE' int, 'Sex' bigint")
        .hasMessageContaining("case-sensitive");
  }

  @Test
  void aPassedColumnMayNotHideAResult() {
    Dataset<Row> data = TestSpark.frame(StructType.fromDDL("age INT, Sex STRING, `Sex[male]` INT"));

    assertThatThrownBy(() -> ONE_HOT.apply(data))
        .hasMessageContaining("'Sex[male]' would be passed through beside a result column");
  }

  @Test
  void everyColumnTypeGoesThrough() {
    Schema schema =
        new Schema.Builder()
            .addColumnTime("t", DateTimeZone.forID("Asia/Tokyo"))
            .addColumnTime("d", DateTimeZone.UTC)
            .addColumnBoolean("b")
            .addColumn(new BinaryMetaData("raw"))
            .addColumnNDArray("v", new long[] {1, 2})
            .addColumnDouble("dec")
            .addColumnFloat("f")
            .build();
    StructType input =
        StructType.fromDDL("t TIMESTAMP, d DATE, b BOOLEAN, raw BINARY, dec DECIMAL(10,2), f FLOAT")
            .add("v", SQLDataTypes.VectorType());
    Row row =
        RowFactory.create(
            Timestamp.valueOf("2026-01-02 03:04:05.006"),
            Date.valueOf("2026-01-02"),
            true,
            new byte[] {1, 2},
            new BigDecimal("12.50"),
            1.5f,
            Vectors.dense(3, 4));
    DataVecTransform identity = DataVecTransform.of(new TransformProcess.Builder(schema).build());

    Row result =
        identity
            .apply(TestSpark.frame(input, row))
            .selectExpr("t", "CAST(d AS LONG)", "b", "raw", "v", "dec", "f")
            .first();

    assertThat(result.getTimestamp(0)).isEqualTo(row.get(0));
    assertThat(result.getLong(1)).isEqualTo(LocalDate.parse("2026-01-02").toEpochDay() * 86_400);
    assertThat(result.getBoolean(2)).isTrue();
    assertThat((byte[]) result.get(3)).containsExactly(1, 2);
    assertThat(result.<Object>getAs(4)).isEqualTo(Vectors.dense(3, 4));
    assertThat(result.getDouble(5)).isEqualTo(12.5);
    assertThat(result.getFloat(6)).isEqualTo(1.5f);
  }

  @Test
  void javaTimeSessionsAreServed() {
    String key = "spark.sql.datetime.java8API.enabled";
    Schema schema = new Schema.Builder().addColumnTime("t", DateTimeZone.UTC).build();
    DataVecTransform identity = DataVecTransform.of(new TransformProcess.Builder(schema).build());
    TestSpark.session().conf().set(key, "true");
    try {
      Instant instant = Instant.parse("2026-01-01T00:00:00.123Z");
      Dataset<Row> data =
          TestSpark.frame(StructType.fromDDL("t TIMESTAMP"), RowFactory.create(instant));

      assertThat(identity.apply(data).first().<Object>getAs(0)).isEqualTo(instant);
    } finally {
      TestSpark.session().conf().unset(key);
    }
  }

  @Test
  void rddRecordsOfAnotherWidthAreInvalid() {
    var records =
        TestSpark.context()
            .parallelize(
                List.<List<Writable>>of(
                    List.of(new IntWritable(1)), List.of(new IntWritable(2), new Text("male"))),
                1);

    assertThat(ONE_HOT.withHandleInvalid(HandleInvalid.SKIP).apply(records).count()).isEqualTo(1);
    assertThatThrownBy(() -> ONE_HOT.apply(records).count())
        .hasMessageContaining("1 values for 2 columns");
  }
}

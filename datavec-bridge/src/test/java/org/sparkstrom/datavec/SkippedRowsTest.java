// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.string.StringListToCategoricalSetTransform;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are left out are counted, and can be looked at. */
class SkippedRowsTest {
  private static final long DEADLINE_MS = 120_000;
  private static final StructType COLUMNS = StructType.fromDDL("id INT, sex STRING, fare DOUBLE");
  private static final Schema SCHEMA =
      new Schema.Builder().addColumnString("sex").addColumnDouble("fare").build();

  private static final List<Row> ROWS =
      List.of(
          RowFactory.create(1, "f", 1.5),
          RowFactory.create(2, "x", 2.5),
          RowFactory.create(3, "m", null),
          RowFactory.create(4, "m", 4.5),
          RowFactory.create(5, null, null));

  /** Compiled, unless a step in its middle that has no counterpart is asked for. */
  private static DataVecTransform transform(boolean withRowPass) {
    TransformProcess.Builder builder =
        new TransformProcess.Builder(SCHEMA)
            .stringToCategorical("sex", List.of("m", "f"))
            .categoricalToInteger("sex");
    if (withRowPass) {
      builder
          .addConstantColumn("list", ColumnType.String, new Text("a,c"))
          .transform(
              new StringListToCategoricalSetTransform(
                  "list", List.of("has a", "has c"), List.of("a", "c"), ","));
    }
    return DataVecTransform.of(builder.doubleMathOp("fare", MathOp.Multiply, 2).build())
        .withHandleInvalid(HandleInvalid.SKIP);
  }

  @Test
  void rowsThatCompiledStepsRefuseAreCounted() {
    assertThat(transform(false).explain()).doesNotContain("row pass");
    verifyCount(transform(false), "compiled");
  }

  @Test
  void rowsAreCountedOnBothSidesOfARowPass() {
    assertThat(transform(true).explain()).contains("row pass", "Catalyst");
    verifyCount(transform(true), "compiled and rows");
  }

  @Test
  void rowsOfTheRowPathAreCounted() {
    assertThat(transform(false).inRows().explain()).doesNotContain("Catalyst");
    verifyCount(transform(false).inRows(), "rows");
  }

  private static void verifyCount(DataVecTransform transform, String name) {
    LongAccumulator skipped = counter(name);

    Dataset<Row> result = transform.countingSkipped(skipped).apply(data());
    assertThat(skipped.value()).isZero();

    assertThat(result.collectAsList()).hasSize(2);
    assertThat(skipped.value()).isEqualTo(3);
    assertThat(skipped.name().get()).isEqualTo(name);
  }

  @Test
  void keptRowsAreNotCounted() {
    LongAccumulator skipped = counter("kept");
    DataVecTransform keeping = transform(true).withHandleInvalid(HandleInvalid.KEEP);

    assertThat(keeping.countingSkipped(skipped).apply(data()).collectAsList()).hasSize(5);
    assertThat(skipped.value()).isZero();
  }

  @Test
  void recordsOfAnRddAreCounted() {
    LongAccumulator skipped = counter("records");
    List<List<Writable>> records =
        List.of(
            List.of(new Text("f"), new DoubleWritable(1)),
            List.of(new Text("f"), NullWritable.INSTANCE),
            List.of(new Text("f")));

    assertThat(
            transform(false)
                .countingSkipped(skipped)
                .apply(TestSpark.context().parallelize(records, 1))
                .collect())
        .hasSize(1);
    assertThat(skipped.value()).isEqualTo(2);
  }

  @Test
  void anAccumulatorOfNoContextIsRefused() {
    assertThatThrownBy(() -> transform(false).countingSkipped(new LongAccumulator()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sparkContext.longAccumulator(name)");
  }

  @Test
  void aStreamCountsOverItsBatches(@TempDir Path folder) throws Exception {
    Path input = Files.createDirectory(folder.resolve("in"));
    Files.writeString(input.resolve("a.csv"), "1,f,1.5\n2,x,2.5\n");
    Files.writeString(input.resolve("b.csv"), "3,m,\n4,m,4.5\n5,,\n");
    LongAccumulator skipped = counter("stream");
    Dataset<Row> stream =
        TestSpark.session()
            .readStream()
            .schema(COLUMNS)
            .option("maxFilesPerTrigger", 1)
            .csv(input.toString());

    StreamingQuery query =
        transform(true)
            .countingSkipped(skipped)
            .apply(stream)
            .writeStream()
            .format("memory")
            .queryName("counted")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();

    assertThat(query.awaitTermination(DEADLINE_MS)).isTrue();
    assertThat(TestSpark.session().table("counted").count()).isEqualTo(2);
    assertThat(skipped.value()).isEqualTo(3);
  }

  @Test
  void refusedRowsTellStepColumnValueAndReason() {
    List<Row> refused = transform(false).refused(data()).collectAsList();

    assertThat(refused).extracting(row -> row.getStruct(4).getInt(0)).containsExactly(2, 3, 5);
    String place = "step 2 of 3, CategoricalToIntegerTransform on [sex]";
    assertThat(refused.get(0).getString(0)).isEqualTo(place);
    assertThat(refused.get(0).getString(1)).isEqualTo("sex");
    assertThat(refused.get(0).getString(2)).isEqualTo("x");
    assertThat(refused.get(0).getString(3)).contains("\"x\"");
    assertThat(refused.get(0).getStruct(4)).isEqualTo(ROWS.get(1));
    assertThat(refused.get(1).getString(0)).contains("DoubleMathOpTransform");
    assertThat(refused.get(1).getString(1)).isEqualTo("fare");
    assertThat(refused.get(1).isNullAt(2)).isTrue();
    assertThat(refused.get(2).getStruct(4)).isEqualTo(ROWS.get(4));
  }

  @Test
  void aResultThatTheFinalSchemaRefusesIsToldToo() {
    DataVecTransform categories =
        DataVecTransform.of(
            new TransformProcess.Builder(SCHEMA)
                .stringToCategorical("sex", List.of("m", "f"))
                .build());

    List<Row> refused = categories.refused(data()).collectAsList();

    assertThat(refused).hasSize(1);
    assertThat(refused.get(0).getString(0)).isEqualTo("result");
    assertThat(refused.get(0).getString(1)).isEqualTo("sex");
    assertThat(refused.get(0).getString(2)).isEqualTo("x");
  }

  @Test
  void refusedAndTakenRowsAreAllRows() {
    for (TransformProcess process : new ArrayList<>(StepCases.all().values()).subList(0, 12)) {
      DataVecTransform transform =
          DataVecTransform.of(process).withHandleInvalid(HandleInvalid.SKIP);
      Dataset<Row> rows =
          TestSpark.frame(SparkSchemas.toSpark(ExtremeRows.SCHEMA), ExtremeRows.rows());

      assertThat(transform.apply(rows).count() + transform.refused(rows).count())
          .as(process.getActionList().toString())
          .isEqualTo(ExtremeRows.rows().size());
    }
  }

  private static LongAccumulator counter(String name) {
    return TestSpark.session().sparkContext().longAccumulator(name);
  }

  private static Dataset<Row> data() {
    return TestSpark.session().createDataFrame(TestSpark.context().parallelize(ROWS, 1), COLUMNS);
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.datavec.local.transforms.LocalTransformExecutor;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;

class DataVecRddTest {
  private static final int PROCESSES = 12;
  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnInteger("n")
          .addColumnCategorical("c", "x", "y")
          .addColumnTime("t", DateTimeZone.UTC)
          .build();

  private static final TransformProcess PROCESS =
      new TransformProcess.Builder(SCHEMA).categoricalToOneHot("c").removeColumns("t").build();

  private static Dataset<Row> extremes() {
    return TestSpark.frame(SparkSchemas.toSpark(ExtremeRows.SCHEMA), ExtremeRows.rows());
  }

  private static JavaRDD<List<Writable>> rdd(List<List<Writable>> records) {
    return TestSpark.context().parallelize(records, 2);
  }

  @Test
  void aDataFrameComesBackFromItsRecords() {
    Dataset<Row> data = extremes();

    DataVecRdd records = DataVecRdd.of(data);
    Dataset<Row> back = records.toDataFrame(TestSpark.session());

    assertThat(records.schema()).isEqualTo(ExtremeRows.SCHEMA);
    assertThat(back.schema()).isEqualTo(data.schema());
    Dataset<Row> millis =
        data.withColumn("time", functions.expr("timestamp_millis(unix_millis(time))"));
    assertThat(back.toJSON().collectAsList()).isEqualTo(millis.toJSON().collectAsList());
  }

  @Test
  void recordsAreThoseThatRowsConvertTo() {
    RowConverter converter =
        new RowConverter(
            SparkSchemas.toSpark(ExtremeRows.SCHEMA), ExtremeRows.SCHEMA, TimeClasses.JAVA_TIME);

    assertThat(shown(DataVecRdd.of(extremes()).records().collect()))
        .isEqualTo(shown(ExtremeRows.rows().stream().map(converter::toRecord).toList()));
  }

  /** Types and texts of values: a NaN is not equal to itself. */
  private static List<List<String>> shown(List<List<Writable>> records) {
    return records.stream()
        .map(record -> record.stream().map(value -> value.getType() + " " + value).toList())
        .toList();
  }

  @Test
  void recordsAreTransformedAsRowsAre() {
    DataVecRdd records = DataVecRdd.of(extremes());
    List<TransformProcess> processes =
        new ArrayList<>(StepCases.all().values()).subList(0, PROCESSES);
    for (TransformProcess process : processes) {
      DataVecTransform transform =
          DataVecTransform.of(process).withHandleInvalid(HandleInvalid.SKIP);

      DataVecRdd result = records.apply(transform);

      assertThat(result.schema()).isEqualTo(process.getFinalSchema());
      assertThat(
              result.toDataFrame(TestSpark.session(), HandleInvalid.SKIP).toJSON().collectAsList())
          .as(process.getActionList().toString())
          .isEqualTo(transform.apply(extremes()).toJSON().collectAsList());
    }
  }

  @Test
  void recordsAreTransformedAsTheLocalExecutorDoes() {
    List<List<Writable>> records =
        List.of(
            List.of(new IntWritable(1), new Text("y"), new LongWritable(5)),
            List.of(new IntWritable(-2), new Text("x"), NullWritable.INSTANCE));

    DataVecRdd result = new DataVecRdd(rdd(records), SCHEMA).apply(DataVecTransform.of(PROCESS));

    assertThat(result.records().collect())
        .isEqualTo(LocalTransformExecutor.execute(records, PROCESS));
  }

  @Test
  void recordsThatFitNoColumnsFollowThePolicy() {
    Schema numbers = new Schema.Builder().addColumnInteger("n").addColumnDouble("d").build();
    DataVecRdd records =
        new DataVecRdd(
            rdd(
                List.of(
                    List.of(new IntWritable(1), new DoubleWritable(2)),
                    List.of(new Text("one"), new DoubleWritable(3)),
                    List.of(new IntWritable(4)))),
            numbers);
    DataVecRdd ofTheirWidth =
        new DataVecRdd(records.records().filter(record -> record.size() == 2), numbers);

    assertThat(records.toDataFrame(TestSpark.session(), HandleInvalid.SKIP).collectAsList())
        .containsExactly(RowFactory.create(1, 2.0));
    assertThat(ofTheirWidth.toDataFrame(TestSpark.session(), HandleInvalid.KEEP).collectAsList())
        .containsExactly(RowFactory.create(1, 2.0), RowFactory.create(null, 3.0));
    assertThatThrownBy(() -> ofTheirWidth.toDataFrame(TestSpark.session()).collectAsList())
        .hasStackTraceContaining("column 'n'")
        .hasStackTraceContaining("n=one, d=3.0");
    assertThatThrownBy(() -> records.toDataFrame(TestSpark.session(), HandleInvalid.KEEP).count())
        .hasStackTraceContaining("1 values for 2 columns");
  }

  @Test
  void columnsMustBeThoseOfTheProcessInItsOrder() {
    Schema other =
        new Schema.Builder()
            .addColumnCategorical("c", "x", "y")
            .addColumnInteger("n")
            .addColumnTime("t", DateTimeZone.UTC)
            .build();

    assertThatThrownBy(
            () -> new DataVecRdd(rdd(List.of()), other).apply(DataVecTransform.of(PROCESS)))
        .hasMessageContaining("it takes ['n' Integer, 'c' Categorical, 't' Time], in this order")
        .hasMessageContaining("but the records have ['c' Categorical, 'n' Integer, 't' Time]");
  }

  @Test
  void whatIsNoTableIsRefused() {
    assertThatThrownBy(
            () ->
                new DataVecRdd(
                    rdd(List.of()), new SequenceSchema.Builder().addColumnInteger("n").build()))
        .hasMessageContaining("the schema is one of sequences: [n]");
    assertThatThrownBy(
            () -> DataVecRdd.of(TestSpark.frame(StructType.fromDDL("m MAP<STRING, INT>"))))
        .hasMessageContaining("DataVec has no column type for 'm' map<string,int>");
    Dataset<Row> stream = TestSpark.session().readStream().format("rate").load();
    assertThatThrownBy(() -> DataVecRdd.of(stream)).hasMessageContaining("is a stream");
  }

  @Test
  void nothingRunsBeforeAnActionAndDecimalsAreTheNearestDoubles() throws Exception {
    Dataset<Row> data = extremes();
    assertThat(JobCounter.count(() -> DataVecRdd.of(data).toDataFrame(TestSpark.session())).jobs())
        .isZero();
    Dataset<Row> decimals = TestSpark.session().sql("SELECT CAST('1.005' AS DECIMAL(38, 10)) AS d");
    assertThat(DataVecRdd.of(decimals).records().collect())
        .containsExactly(List.of(new DoubleWritable(1.005)));
  }
}

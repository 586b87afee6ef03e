// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.compat.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.datavec.api.records.reader.impl.csv.CSVRecordReader;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.datavec.local.transforms.LocalTransformExecutor;
import org.datavec.spark.transform.DataFrames;
import org.datavec.spark.transform.misc.StringToWritablesFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparkstrom.datavec.DataVecRdd;
import org.sparkstrom.datavec.DataVecTransform;
import org.sparkstrom.datavec.TestSpark;

/** The oracles are DataVec's executors, local and on Spark; tasks are serialized on their way. */
class SparkTransformExecutorTest {
  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnInteger("n")
          .addColumnDouble("x")
          .addColumnCategorical("sex", "f", "m")
          .addColumnString("name")
          .build();

  private static final TransformProcess PROCESS =
      new TransformProcess.Builder(SCHEMA)
          .categoricalToOneHot("sex")
          .integerMathOp("n", MathOp.Multiply, 7)
          .doubleMathOp("x", MathOp.Divide, 3)
          .filter(new ConditionFilter(new DoubleColumnCondition("x", ConditionOp.GreaterThan, 300)))
          .appendStringColumnTransform("name", "!")
          .build();

  private static final Schema NUMBERS =
      new Schema.Builder().addColumnInteger("n").addColumnDouble("x").build();

  private static List<List<Writable>> records(long seed) {
    Random random = new Random(seed);
    List<List<Writable>> records = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      records.add(
          List.of(
              new IntWritable(random.nextInt()),
              new DoubleWritable(random.nextDouble() * 1000),
              new Text(random.nextBoolean() ? "m" : "f"),
              new Text("n " + random.nextInt(50))));
    }
    return records;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void theResultIsThatOfDataVecsExecutors(long seed) {
    List<List<Writable>> records = records(seed);
    JavaRDD<List<Writable>> rdd = TestSpark.context().parallelize(records, 3);

    List<List<Writable>> result = SparkTransformExecutor.execute(rdd, PROCESS).collect();

    assertThat(result)
        .as("seed %d", seed)
        .hasSizeLessThan(200)
        .isEqualTo(LocalTransformExecutor.execute(records, PROCESS))
        .isEqualTo(
            org.datavec.spark.transform.SparkTransformExecutor.execute(rdd, PROCESS).collect());
  }

  @Test
  void linesGoThroughDataVecsOwnFunctions() {
    JavaRDD<String> lines =
        TestSpark.context().parallelize(List.of("1,30.0,m,Ada", "-2,930.0,f,Bo", "3,1.5,f,C"), 2);

    List<String> direct =
        DataVecSpark.write(
                DataVecSpark.read(lines, new CSVRecordReader(), SCHEMA)
                    .apply(DataVecTransform.of(PROCESS)),
                ";")
            .collect();

    assertThat(direct).containsExactly("7;10.0;0;1;Ada!", "21;0.5;1;0;C!");
    assertThat(
            SparkTransformExecutor.execute(
                    lines.map(new StringToWritablesFunction(new CSVRecordReader())), PROCESS)
                .map(Object::toString)
                .collect())
        .containsExactly("[7, 10.0, 0, 1, Ada!]", "[21, 0.5, 1, 0, C!]");
  }

  @Test
  void pairsAndDataFramesOfDataVecComeAndGo() {
    JavaRDD<List<Writable>> rdd =
        TestSpark.context()
            .parallelize(
                List.of(
                    List.of(new IntWritable(5), new DoubleWritable(0.5)),
                    List.of(new IntWritable(-6), new DoubleWritable(1e300))),
                1);
    Dataset<Row> theirs = DataFrames.toDataFrame(NUMBERS, rdd);

    DataVecRdd records = DataVecSpark.of(DataFrames.toRecords(theirs));

    assertThat(records.schema()).isEqualTo(NUMBERS);
    assertThat(records.records().collect()).isEqualTo(rdd.collect());
    assertThat(DataVecRdd.of(theirs).records().collect()).isEqualTo(rdd.collect());
    assertThat(DataVecSpark.toPair(records).getFirst()).isEqualTo(NUMBERS);
    assertThat(DataVecSpark.toPair(records).getSecond()).isSameAs(records.records());
    assertThat(records.toDataFrame(TestSpark.session()).collectAsList())
        .isEqualTo(theirs.collectAsList());
    assertThat(DataFrames.toRecords(records.toDataFrame(TestSpark.session())).getSecond().collect())
        .isEqualTo(rdd.collect());
  }

  @Test
  void anEmptyRddGivesAnEmptyOne() {
    JavaRDD<List<Writable>> none = TestSpark.context().parallelize(List.of(), 2);

    assertThat(SparkTransformExecutor.execute(none, PROCESS).collect()).isEmpty();
  }

  @Test
  void badRecordsFailOrAreLeftOutAsThePropertySays() {
    List<List<Writable>> records = new ArrayList<>(records(3).subList(0, 5));
    records.add(List.of(new Text("one"), new DoubleWritable(1), new Text("m"), new Text("bad")));
    JavaRDD<List<Writable>> rdd = TestSpark.context().parallelize(records, 1);
    String property = org.datavec.spark.transform.SparkTransformExecutor.LOG_ERROR_PROPERTY;
    assertThat(SparkTransformExecutor.isTryCatch()).isFalse();
    assertThatThrownBy(() -> SparkTransformExecutor.execute(rdd, PROCESS).collect())
        .hasStackTraceContaining("IntegerMathOpTransform on [n]")
        .hasStackTraceContaining("name=bad");

    // DataVec's local executor gives nothing at all under the property
    List<List<Writable>> good = LocalTransformExecutor.execute(records.subList(0, 5), PROCESS);
    System.setProperty(property, "true");
    try {
      assertThat(SparkTransformExecutor.execute(rdd, PROCESS).collect()).isEqualTo(good);
    } finally {
      System.clearProperty(property);
    }
  }

  @Test
  void stepsOfSeveralRecordsAreRefusedWithTheRemedy() {
    TransformProcess sequences = new TransformProcess.Builder(NUMBERS).convertToSequence().build();

    assertThatThrownBy(
            () ->
                SparkTransformExecutor.execute(
                    TestSpark.context().parallelize(List.of(), 1), sequences))
        .hasMessageContaining("records of an RDD are transformed");
  }
}

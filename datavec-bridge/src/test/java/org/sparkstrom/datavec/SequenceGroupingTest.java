// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.transform.sequence.SequenceComparator;
import org.datavec.api.transform.sequence.comparator.NumericalColumnComparator;
import org.datavec.api.transform.sequence.comparator.StringComparator;
import org.datavec.api.writable.Writable;
import org.datavec.local.transforms.LocalTransformExecutor;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows become the sequences that DataVec makes of them. */
class SequenceGroupingTest {
  private static final Schema SCHEMA = new Schema(SequenceCases.SCHEMA.getColumnMetaData());
  private static final StructType COLUMNS = SparkSchemas.toSpark(SCHEMA);
  private static final Schema EVENTS =
      new Schema.Builder()
          .addColumnInteger("id")
          .addColumnTime("at", DateTimeZone.UTC)
          .addColumnDouble("x")
          .build();
  private static final int ROWS = 200;

  static List<SequenceComparator> comparators() {
    return List.of(
        new NumericalColumnComparator("t"),
        new NumericalColumnComparator("x", false),
        new NumericalColumnComparator("n"),
        new StringComparator("words"),
        new StringComparator("state"));
  }

  @ParameterizedTest
  @MethodSource("comparators")
  void groupsAreInTheComparatorsOrderAndEqualRowsInThatOfTheInput(SequenceComparator comparator) {
    verify(List.of("key"), comparator);
  }

  @Test
  void aGroupMayHaveSeveralKeysOrNone() {
    verify(List.of("key", "state"), new NumericalColumnComparator("t"));
    verify(List.of("words", "key"), new NumericalColumnComparator("t"));
    verify(List.of(), new StringComparator("state"));
  }

  private static void verify(List<String> keys, SequenceComparator comparator) {
    TransformProcess process =
        new TransformProcess.Builder(SCHEMA)
            .doubleMathOp("x", MathOp.Add, 0.25)
            .convertToSequence(keys, comparator)
            .trimSequence(1, false)
            .build();
    long seed = Long.getLong("datavec.seed", 17L);
    List<List<Writable>> records = records(new Random(seed));
    RowConverter in = new RowConverter(COLUMNS, SCHEMA, TimeClasses.JAVA_SQL);
    Dataset<Row> data =
        TestSpark.session()
            .createDataFrame(
                TestSpark.context().parallelize(records.stream().map(in::toRow).toList(), 3),
                COLUMNS);

    List<Row> result = DataVecTransform.of(process).apply(data).collectAsList();

    SequenceConverter out =
        new SequenceConverter(
            SparkSchemas.toSpark(process.getFinalSchema()),
            (SequenceSchema) process.getFinalSchema(),
            TimeClasses.JAVA_SQL);
    List<Row> expected =
        SequenceComparison.unpacked(LocalTransformExecutor.executeToSequence(records, process))
            .stream()
            .map(out::toRow)
            .toList();
    assertThat(sorted(result)).as("seed %d", seed).isEqualTo(sorted(expected));
  }

  @Test
  void keysStayReadableBesideTheSequenceUntilItIsRowsAgain() {
    Dataset<Row> data =
        TestSpark.frame(
            StructType.fromDDL("id INT, at TIMESTAMP, x DOUBLE, weight DOUBLE"),
            RowFactory.create(7, new Timestamp(2_000), 1.0, 0.5),
            RowFactory.create(8, new Timestamp(1_000), 2.0, 0.5),
            RowFactory.create(7, new Timestamp(1_000), 3.0, 0.5));
    DataVecTransform trimmed =
        DataVecTransform.of(
            new TransformProcess.Builder(EVENTS)
                .convertToSequence(List.of("id", "at"), new NumericalColumnComparator("at"))
                .removeColumns("id", "at")
                .trimSequence(1, true)
                .build());

    Dataset<Row> sequences = trimmed.apply(data);

    assertThat(sequences.schema()).isEqualTo(trimmed.outputSchema(data.schema()));
    assertThat(sequences.columns()).containsExactly("x", "key_id", "key_at");
    assertThat(sequences.orderBy("key_id", "key_at").collectAsList())
        .extracting(row -> row.getInt(1) + " " + row.getTimestamp(2).getTime() + row.getList(0))
        .containsExactly("7 1000[]", "7 2000[]", "8 1000[]");

    DataVecTransform back =
        DataVecTransform.of(
            new TransformProcess.Builder(EVENTS)
                .convertToSequence("id", new NumericalColumnComparator("at"))
                .convertFromSequence()
                .build());
    assertThat(back.apply(data).columns()).containsExactly("id", "at", "x");
    assertThat(back.apply(data).orderBy("id", "at").select("x").collectAsList())
        .extracting(row -> row.getDouble(0))
        .containsExactly(3.0, 1.0, 2.0);
  }

  @Test
  void nullsNansAndZerosAreOneKeyEach() {
    Dataset<Row> data =
        TestSpark.frame(
            StructType.fromDDL("k DOUBLE, x INT"),
            RowFactory.create(null, 1),
            RowFactory.create(Double.NaN, 2),
            RowFactory.create(0.0, 3),
            RowFactory.create(null, 4),
            RowFactory.create(Double.longBitsToDouble(0x7ff8000000000001L), 5),
            RowFactory.create(-0.0, 6));
    TransformProcess process =
        new TransformProcess.Builder(
                new Schema.Builder().addColumnDouble("k").addColumnInteger("x").build())
            .convertToSequence("k", new NumericalColumnComparator("x"))
            .build();

    List<Row> result =
        DataVecTransform.of(process)
            .withHandleInvalid(HandleInvalid.KEEP)
            .apply(data)
            .collectAsList();

    assertThat(result)
        .extracting(row -> row.getList(1).toString())
        .containsExactlyInAnyOrder("[1, 4]", "[2, 5]", "[3, 6]");
  }

  @Test
  void aProcessMayGroupAgain() {
    TransformProcess process =
        new TransformProcess.Builder(SCHEMA)
            .convertToSequence("key", new NumericalColumnComparator("t"))
            .sequenceMovingWindowReduce("x", 2, ReduceOp.Max)
            .convertFromSequence()
            .doubleMathOp("x", MathOp.Multiply, 2)
            .convertToSequence("state", new NumericalColumnComparator("n"))
            .build();
    List<List<Writable>> records = records(new Random(5));
    RowConverter in = new RowConverter(COLUMNS, SCHEMA, TimeClasses.JAVA_SQL);

    List<Row> result =
        DataVecTransform.of(process)
            .apply(TestSpark.frame(COLUMNS, records.stream().map(in::toRow).toList()))
            .collectAsList();

    StructType columns = SparkSchemas.toSpark(process.getFinalSchema());
    SequenceConverter out =
        new SequenceConverter(
            columns, (SequenceSchema) process.getFinalSchema(), TimeClasses.JAVA_SQL);
    List<Row> expected =
        SequenceComparison.unpacked(LocalTransformExecutor.executeToSequence(records, process))
            .stream()
            .map(out::toRow)
            .toList();
    assertThat(sorted(result)).isEqualTo(sorted(expected));
  }

  @Test
  void noRowsGiveNoSequencesAndNothingRunsBeforeAnAction() throws Exception {
    TransformProcess process =
        new TransformProcess.Builder(SCHEMA)
            .convertToSequence("key", new NumericalColumnComparator("t"))
            .build();
    Dataset<Row> none = TestSpark.frame(COLUMNS);

    JobCounter.Count<Dataset<Row>> applied =
        JobCounter.count(() -> DataVecTransform.of(process).apply(none));

    assertThat(applied.jobs()).isZero();
    assertThat(applied.result().collectAsList()).isEmpty();
  }

  @Test
  void explainTellsTheShuffleAndThePass() {
    TransformProcess process =
        new TransformProcess.Builder(SCHEMA)
            .doubleMathOp("x", MathOp.Add, 1)
            .convertToSequence("key", new NumericalColumnComparator("t"))
            .trimSequence(1, true)
            .convertFromSequence()
            .doubleMathOp("x", MathOp.Add, 1)
            .build();

    assertThat(DataVecTransform.of(process).explain().lines())
        .containsExactly(
            "step 1 of 5, DoubleMathOpTransform on [x]: Catalyst",
            "step 2 of 5, ConvertToSequence on [key]: a shuffle and a sort of Spark, then sequence"
                + " pass, one whole sequence at a time",
            "step 3 of 5, SequenceTrimTransform on [key, t, x, f, n, state, words]: sequence pass,"
                + " one whole sequence at a time",
            "step 4 of 5, ConvertFromSequence: sequence pass, one whole sequence at a time",
            "step 5 of 5, DoubleMathOpTransform on [x]: Catalyst",
            "check of the results: Catalyst");
  }

  @Test
  void whatCannotBeDoneIsRefusedOnTheDriver() {
    TransformProcess grouping =
        new TransformProcess.Builder(SCHEMA)
            .convertToSequence("key", new NumericalColumnComparator("t"))
            .build();
    DataVecTransform transform = DataVecTransform.of(grouping);
    TransformProcess ofArrays =
        new TransformProcess.Builder(
                new Schema.Builder()
                    .addColumnNDArray("a", new long[] {1, 2})
                    .addColumnLong("t")
                    .build())
            .convertToSequence("a", new NumericalColumnComparator("t"))
            .build();
    StructType taken =
        new StructType()
            .add("key", DataTypes.IntegerType)
            .add("key_key", DataTypes.IntegerType)
            .add("t", DataTypes.LongType);
    TransformProcess twice =
        new TransformProcess.Builder(SparkSchemas.toDataVec(taken))
            .convertToSequence("key", new NumericalColumnComparator("t"))
            .build();

    assertThatThrownBy(() -> DataVecTransform.of(ofArrays))
        .hasMessageContaining("step 1 of 1, ConvertToSequence on [a]")
        .hasMessageContaining("NDArray 'a'");
    assertThatThrownBy(() -> DataVecTransform.of(twice).outputSchema(taken))
        .hasMessageContaining("'key_key'")
        .hasMessageContaining("rename");
    assertThatThrownBy(() -> transform.refused(TestSpark.frame(COLUMNS)))
        .hasMessageContaining("without sequences")
        .hasMessageContaining("countingSkipped");
    assertThatThrownBy(() -> transform.apply(TestSpark.context().emptyRDD()))
        .hasMessageContaining("DataFrame");
  }

  private static List<List<Writable>> records(Random random) {
    List<List<Writable>> records = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      // Skewed keys, so that groups differ in length, and few times, so that many are equal
      int key = random.nextInt(1 + random.nextInt(40));
      records.add(SequenceCases.step(random, key, 1_000L * random.nextInt(20)));
    }
    return records;
  }

  /** The rows' arrays, as bits and in an order of their own; keys beside them left out. */
  private static List<String> sorted(List<Row> rows) {
    return rows.stream()
        .map(row -> SequenceComparison.bits(row, row.size() - extra(row)).toString())
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private static int extra(Row row) {
    int extra = 0;
    while (extra < row.size()
        && !(row.get(row.size() - 1 - extra) instanceof scala.collection.Seq)) {
      extra++;
    }
    return extra;
  }
}

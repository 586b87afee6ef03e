// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.SequenceConditionMode;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.condition.column.IntegerColumnCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.reduce.Reducer;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.transform.sequence.ReduceSequenceTransform;
import org.datavec.api.transform.sequence.comparator.NumericalColumnComparator;
import org.datavec.api.transform.transform.nlp.TextToCharacterIndexTransform;
import org.datavec.api.transform.transform.sequence.SequenceDifferenceTransform;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform;
import org.datavec.api.writable.DoubleWritable;
import org.junit.jupiter.api.Test;

/** What becomes of sequences that a step refuses. */
class SequencePolicyTest {
  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnInteger("id")
          .addColumnInteger("t")
          .addColumnDouble("x")
          .addColumnString("s")
          .build();

  /** Sequence 1 is sound; 2 has a null x in its second time step of three. */
  private final Dataset<Row> data =
      TestSpark.frame(
          SparkSchemas.toSpark(SCHEMA),
          RowFactory.create(1, 1, 1.0, "ab"),
          RowFactory.create(1, 2, 4.0, "b"),
          RowFactory.create(2, 1, 5.0, "a"),
          RowFactory.create(2, 2, null, null),
          RowFactory.create(2, 3, 8.0, "?"));

  @Test
  void anErrorNamesSequenceStepTimeStepColumnAndValue() {
    assertThatThrownBy(() -> difference(HandleInvalid.ERROR).collectAsList())
        .hasStackTraceContaining(InvalidRowException.class.getName())
        .hasStackTraceContaining(
            "step 2 of 2, SequenceDifferenceTransform on [x], time step 2 of 3: Cannot convert")
        .hasStackTraceContaining("row [key_id=2, x=null]")
        .hasStackTraceContaining("handleInvalid");
  }

  @Test
  void skipLeavesTheSequenceOutAndCountsIt() {
    LongAccumulator counter = TestSpark.session().sparkContext().longAccumulator("skipped");
    DataVecTransform transform =
        DataVecTransform.of(grouped().transform(byTwo()).build())
            .withHandleInvalid(HandleInvalid.SKIP)
            .countingSkipped(counter);

    assertThat(arrays(transform.apply(data), "dx")).containsExactly("1: [0.0, 3.0]");
    assertThat(counter.value()).isEqualTo(1);
  }

  @Test
  void keepHasNullsForWhatCannotBeComputed() {
    assertThat(arrays(difference(HandleInvalid.KEEP), "dx"))
        .containsExactlyInAnyOrder("1: [0.0, 3.0]", "2: [0.0, null, null]");
    assertThat(arrays(kept(grouped().sequenceMovingWindowReduce("x", 2, ReduceOp.Sum)), "sum(2,x)"))
        .containsExactlyInAnyOrder("1: [1.0, 5.0]", "2: [5.0, null, null]");
    assertThat(
            arrays(
                kept(
                    grouped()
                        .transform(
                            new ReduceSequenceTransform(
                                new Reducer.Builder(ReduceOp.Mean).keyColumns("id", "s").build()))),
                "mean(x)"))
        .containsExactlyInAnyOrder("1: [2.5]", "2: [null]");
    assertThat(
            arrays(
                kept(
                    grouped()
                        .transform(
                            new TextToCharacterIndexTransform(
                                "s", "c", Map.of('a', 0, 'b', 1), true))),
                "c"))
        .containsExactlyInAnyOrder("1: [0, 1, 1]", "2: [0, null, null]");
    assertThat(arrays(kept(grouped().doubleMathOp("x", MathOp.Add, 1)), "x"))
        .containsExactlyInAnyOrder("1: [2.0, 5.0]", "2: [6.0, null, 9.0]");
  }

  /** DataVec forgets the columns of such an offset in the schemas of the steps behind it. */
  @Test
  void aColumnMovedInPlaceStaysForTheStepsBehindIt() {
    TransformProcess process =
        grouped()
            .transform(
                new SequenceOffsetTransform(
                    List.of("x"),
                    1,
                    SequenceOffsetTransform.OperationType.InPlace,
                    SequenceOffsetTransform.EdgeHandling.SpecifiedValue,
                    new DoubleWritable(0)))
            .convertFromSequence()
            .integerMathOp("t", MathOp.Add, 10)
            .filter(new ConditionFilter(new IntegerColumnCondition("t", ConditionOp.Equal, 11)))
            .build();

    assertThat(
            DataVecTransform.of(process)
                .withHandleInvalid(HandleInvalid.SKIP)
                .apply(data.where("id = 1"))
                .select("t", "`sequenceOffset(1,x)`")
                .collectAsList())
        .containsExactly(RowFactory.create(12, 1.0));
  }

  @Test
  void aRowOfASequenceThatIsRowsAgainIsRefusedByItself() {
    TransformProcess process =
        grouped()
            .sequenceMovingWindowReduce("t", 1, ReduceOp.Sum)
            .convertFromSequence()
            .doubleMathOp("x", MathOp.Add, 1)
            .build();
    DataVecTransform transform = DataVecTransform.of(process);

    assertThat(transform.withHandleInvalid(HandleInvalid.SKIP).apply(data).count()).isEqualTo(4);
    assertThatThrownBy(() -> transform.apply(data).collectAsList())
        .hasStackTraceContaining("step 4 of 4, DoubleMathOpTransform on [x]")
        .hasStackTraceContaining("key_id=2");
  }

  @Test
  void anOrderThatCannotBeFoundIsTheStepsRefusal() {
    TransformProcess process =
        new TransformProcess.Builder(SCHEMA)
            .convertToSequence("id", new NumericalColumnComparator("x", false))
            .build();
    DataVecTransform transform = DataVecTransform.of(process);

    assertThatThrownBy(() -> transform.apply(data).collectAsList())
        .hasStackTraceContaining("step 1 of 1, ConvertToSequence on [id], time step 2 of 3")
        .hasStackTraceContaining("key_id=2");
    assertThat(arrays(transform.withHandleInvalid(HandleInvalid.SKIP).apply(data), "x"))
        .containsExactly("1: [4.0, 1.0]");
    assertThat(arrays(transform.withHandleInvalid(HandleInvalid.KEEP).apply(data), "x"))
        .containsExactlyInAnyOrder("1: [4.0, 1.0]", "2: [5.0, null, 8.0]");
  }

  @Test
  void resultsAreHeldAgainstTheFinalSchema() {
    Schema bounded =
        new Schema.Builder().addColumnInteger("id").addColumnInteger("t", 0, 2).build();
    TransformProcess process =
        new TransformProcess.Builder(bounded)
            .convertToSequence("id", new NumericalColumnComparator("t"))
            .build();
    DataVecTransform transform = DataVecTransform.of(process);

    assertThatThrownBy(() -> transform.apply(data.select("id", "t")).collectAsList())
        .hasStackTraceContaining("column 't', time step 3: the final schema")
        .hasStackTraceContaining("row [key_id=2, t=3]");
    assertThat(
            transform.withHandleInvalid(HandleInvalid.SKIP).apply(data.select("id", "t")).count())
        .isEqualTo(1);
  }

  @Test
  void arraysOfDifferentLengthsAndNullArraysAreInvalid() {
    StructType columns = StructType.fromDDL("a ARRAY<INT>, b ARRAY<STRING>, id BIGINT");
    Dataset<Row> arrays =
        TestSpark.frame(
            columns,
            RowFactory.create(new Integer[] {1, 2}, new String[] {"x", null}, 10L),
            RowFactory.create(new Integer[] {1, 2}, new String[] {"x"}, 11L),
            RowFactory.create(null, new String[] {"y"}, 12L));
    DataVecTransform transform =
        DataVecTransform.of(
            new TransformProcess.Builder(
                    new SequenceSchema(
                        new Schema.Builder()
                            .addColumnInteger("a")
                            .addColumnString("b")
                            .build()
                            .getColumnMetaData()))
                .renameColumn("b", "c")
                .build());

    assertThatThrownBy(() -> transform.apply(arrays.where("id = 11")).collectAsList())
        .hasStackTraceContaining("column 'b'")
        .hasStackTraceContaining("1 here and 2 in column 'a'")
        .hasStackTraceContaining("id=11");
    assertThatThrownBy(() -> transform.apply(arrays.where("id = 12")).collectAsList())
        .hasStackTraceContaining("column 'a': the sequence is null");
    assertThat(transform.withHandleInvalid(HandleInvalid.SKIP).apply(arrays).collectAsList())
        .extracting(row -> row.getList(0) + " " + row.getList(1) + " " + row.getLong(2))
        .containsExactly("[1, 2] [x, null] 10");
    assertThat(transform.withHandleInvalid(HandleInvalid.KEEP).apply(arrays).collectAsList())
        .extracting(row -> row.getList(0) + " " + row.getList(1) + " " + row.getLong(2))
        .containsExactly("[1, 2] [x, null] 10", "[1, 2] [x, null] 11", "[null] [y] 12");
    assertThatThrownBy(
            () -> transform.apply(TestSpark.frame(StructType.fromDDL("a INT, b ARRAY<INT>"))))
        .hasMessageContaining("column 'a' is int, but must be an array")
        .hasMessageContaining("each step of column 'b' is int");
  }

  @Test
  void aModeOfLookingAtSequencesThatTheJsonDoesNotHoldIsRefused() {
    TransformProcess process =
        grouped()
            .filter(
                new DoubleColumnCondition(
                    "x", SequenceConditionMode.And, ConditionOp.GreaterThan, 0))
            .build();

    assertThatThrownBy(() -> DataVecTransform.of(process))
        .hasMessageContaining("step 2 of 2, ConditionFilter")
        .hasMessageContaining("[And]");
  }

  private Dataset<Row> difference(HandleInvalid policy) {
    return DataVecTransform.of(grouped().transform(byTwo()).build())
        .withHandleInvalid(policy)
        .apply(data);
  }

  private Dataset<Row> kept(TransformProcess.Builder process) {
    return DataVecTransform.of(process.build()).withHandleInvalid(HandleInvalid.KEEP).apply(data);
  }

  private static SequenceDifferenceTransform byTwo() {
    return new SequenceDifferenceTransform("x", "dx", 1);
  }

  private static TransformProcess.Builder grouped() {
    return new TransformProcess.Builder(SCHEMA)
        .convertToSequence("id", new NumericalColumnComparator("t"));
  }

  private static List<String> arrays(Dataset<Row> sequences, String column) {
    int place = Arrays.asList(sequences.columns()).indexOf(column);
    int key = Arrays.asList(sequences.columns()).indexOf("key_id");
    return sequences.collectAsList().stream()
        .map(row -> row.getInt(key) + ": " + row.getList(place))
        .toList();
  }
}

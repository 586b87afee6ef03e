// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.datavec.api.transform.DataAction;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.rank.CalculateSortedRank;
import org.datavec.api.transform.reduce.Reducer;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.datavec.api.writable.Writable;
import org.datavec.api.writable.comparator.DoubleWritableComparator;
import org.datavec.api.writable.comparator.WritableComparator;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps that cannot run are refused on the driver. */
class StepRefusalTest {
  private static final Schema SCHEMA =
      new Schema.Builder().addColumnInteger("key").addColumnDouble("x").build();

  static Stream<Arguments> stepsOverRows() {
    return Stream.of(
        Arguments.of(
            "reduce", new DataAction(new Reducer.Builder(ReduceOp.Mean).keyColumns("key").build())),
        Arguments.of(
            "calculateSortedRank",
            new DataAction(
                new CalculateSortedRank("rank", "x", new DoubleWritableComparator(), true))));
  }

  @ParameterizedTest
  @MethodSource("stepsOverRows")
  void aReduceOrRankOfSequencesIsRefusedWithPlaceAndRemedy(String step, DataAction action) {
    TransformProcess process = new TransformProcess.Builder(SCHEMA).convertToSequence().build();
    process.getActionList().add(action);

    assertThatThrownBy(() -> Step.of(process))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step 2 of 2")
        .hasMessageContaining(step)
        .hasMessageContaining("put convertFromSequence before it");
  }

  @Test
  void aFieldOfTimeThatDataVecsJsonLosesIsRefused() {
    TransformProcess process =
        new TransformProcess.Builder(
                new Schema.Builder().addColumnTime("t", DateTimeZone.UTC).build())
            .transform(
                new DeriveColumnsFromTimeTransform.Builder("t")
                    .addIntegerDerivedColumn("month", DateTimeFieldType.monthOfYear())
                    .build())
            .build();

    for (Runnable made :
        List.<Runnable>of(
            () -> DataVecTransform.of(process),
            () -> DataVecTransform.fromJson(process.toJson()))) {
      assertThatThrownBy(made::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("step 1 of 1")
          .hasMessageContaining("'month'")
          .hasMessageContaining("addStringDerivedColumn");
    }
  }

  @Test
  void textThatIsNoProcessIsShown() {
    for (String text : List.of("", "null", "{}", "[1]", "{\"initialSchema\":")) {
      assertThatThrownBy(() -> DataVecTransform.fromJson(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not the JSON of a DataVec TransformProcess")
          .hasMessageContaining(text);
    }
  }

  static Stream<Arguments> impossibleSteps() {
    Schema texts =
        new Schema.Builder()
            .addColumnString("s")
            .addColumnBoolean("flag")
            .addColumnNDArray("array", new long[] {1, 2})
            .build();
    UnaryOperator<Reducer.Builder> bySum = b -> b.sumColumns("s").keyColumns("flag");
    return Stream.of(
        Arguments.of(
            "cannot take Sum of column 's', a String column",
            "choose another operation",
            reduce(texts, bySum.apply(new Reducer.Builder(ReduceOp.TakeFirst)).build())),
        Arguments.of(
            "cannot take TakeFirst of column 'flag', a Boolean column",
            "make the column a key",
            reduce(texts, new Reducer.Builder(ReduceOp.TakeFirst).keyColumns("s").build())),
        Arguments.of(
            "has the key column 'array', an NDArray",
            "make a text or a number of it",
            reduce(texts, new Reducer.Builder(ReduceOp.Count).keyColumns("array").build())),
        Arguments.of(
            "has the key column 'none'",
            "[key, x]",
            reduce(SCHEMA, new Reducer.Builder(ReduceOp.Count).keyColumns("none").build())),
        Arguments.of(
            "sorts by " + Odd.class.getName(),
            "use DataVec's comparator",
            new TransformProcess.Builder(SCHEMA).calculateSortedRank("r", "x", new Odd()).build()),
        Arguments.of(
            "sorts on a column of NDArray",
            "make a number of it",
            new TransformProcess.Builder(texts)
                .calculateSortedRank("r", "array", new DoubleWritableComparator())
                .build()));
  }

  @ParameterizedTest
  @MethodSource("impossibleSteps")
  void aStepThatDataVecOrSparkCannotDoIsNamedWithTheRemedy(
      String reason, String remedy, TransformProcess process) {
    assertThatThrownBy(() -> DataVecTransform.of(process))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step 1 of 1")
        .hasMessageContaining(reason)
        .hasMessageContaining(remedy);
  }

  private static TransformProcess reduce(Schema schema, Reducer reducer) {
    return new TransformProcess.Builder(schema).reduce(reducer).build();
  }

  /** A comparator that is none of DataVec's: by length. */
  static final class Odd implements WritableComparator {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(Writable a, Writable b) {
      return Integer.compare(a.toString().length(), b.toString().length());
    }
  }
}

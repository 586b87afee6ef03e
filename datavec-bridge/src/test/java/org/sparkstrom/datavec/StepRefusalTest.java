// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.reduce.Reducer;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.time.DeriveColumnsFromTimeTransform;
import org.datavec.api.writable.comparator.DoubleWritableComparator;
import org.joda.time.DateTimeFieldType;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps that need more than one row are refused on the driver. */
class StepRefusalTest {
  private static final Schema SCHEMA =
      new Schema.Builder().addColumnInteger("key").addColumnDouble("x").build();

  static Stream<Arguments> stepsOverManyRows() {
    return Stream.of(
        Arguments.of(
            "reduce (Reducer)",
            "groupBy(...).agg(...)",
            start().reduce(new Reducer.Builder(ReduceOp.Mean).keyColumns("key").build()).build()),
        Arguments.of(
            "calculateSortedRank",
            "row_number()",
            start().calculateSortedRank("rank", "x", new DoubleWritableComparator()).build()));
  }

  @ParameterizedTest
  @MethodSource("stepsOverManyRows")
  void theMessageNamesStepPlaceAndRemedy(String step, String remedy, TransformProcess process) {
    assertThatThrownBy(() -> DataVecTransform.of(process))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step 2 of 2")
        .hasMessageContaining(step)
        .hasMessageContaining(remedy)
        .hasMessageContaining("second TransformProcess");
    assertThatThrownBy(() -> new DataVecTransformer().setTransformProcess(process.toJson()))
        .hasMessageContaining("step 2 of 2");
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

  private static TransformProcess.Builder start() {
    return new TransformProcess.Builder(SCHEMA).doubleMathOp("x", MathOp.Add, 1.0);
  }
}

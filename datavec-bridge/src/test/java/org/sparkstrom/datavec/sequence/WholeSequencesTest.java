// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.reduce.Reducer;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.transform.sequence.split.SequenceSplitTimeSeparation;
import org.datavec.api.transform.sequence.split.SplitMaxLengthSequence;
import org.datavec.api.transform.sequence.window.OverlappingTimeWindowFunction;
import org.datavec.api.transform.sequence.window.ReduceSequenceByWindowTransform;
import org.datavec.api.transform.transform.sequence.SequenceDifferenceTransform;
import org.datavec.api.transform.transform.sequence.SequenceDifferenceTransform.FirstStepMode;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform.EdgeHandling;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform.OperationType;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.Writable;
import org.joda.time.DateTimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where DataVec's steps on sequences are plainly wrong, ours are right. */
class WholeSequencesTest {
  private static final SequenceSchema SCHEMA =
      (SequenceSchema)
          new SequenceSchema.Builder()
              .addColumnTime("t", DateTimeZone.UTC)
              .addColumnDouble("x")
              .build();

  @ParameterizedTest
  @CsvSource({
    "0, 5, '0'",
    "3, 5, '3'",
    "12, 10, '6 6'",
    "20, 10, '10 10'",
    "100, 20, '20 20 20 20 20'",
    "500, 10, '10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10 10'",
    "11, 4, '4 4 3'"
  })
  void equalPartsAreAsFewAsTheLengthAllows(int length, int max, String expected) {
    List<List<Writable>> sequence = sequence(length);

    List<List<List<Writable>>> parts =
        WholeSequences.split(new SplitMaxLengthSequence(max, true), sequence);

    assertThat(parts.stream().map(p -> Integer.toString(p.size())).toList())
        .isEqualTo(List.of(expected.split(" ")));
    assertThat(parts.stream().flatMap(List::stream).toList()).isEqualTo(sequence);
  }

  @Test
  void dataVecTakesTheNumberOfEqualPartsForTheirLength() {
    assertThat(new SplitMaxLengthSequence(10, true).split(sequence(500)))
        .as("parts of 50 steps where 10 are allowed")
        .hasSize(10);
  }

  @Test
  void aSpecifiedValueStandsInTheFirstTimeSteps() {
    SequenceDifferenceTransform difference =
        new SequenceDifferenceTransform(
            "x", "dx", 2, FirstStepMode.SpecifiedValue, new DoubleWritable(-1));
    difference.setInputSchema(SCHEMA);

    assertThat(xs(WholeSequences.map(difference, difference.transform(SCHEMA), sequence(5))))
        .containsExactly(-1.0, -1.0, 4.0, 8.0, 12.0);
    assertThat(xs(difference.mapSequence(sequence(5))))
        .as("DataVec's own: the column's place, 1, is below 2, so every step has the value")
        .containsOnly(-1.0);
  }

  @Test
  void anEmptySequenceIsSplitIntoItselfAndHasNoWindows() {
    SequenceSplitTimeSeparation pauses = new SequenceSplitTimeSeparation("t", 1, TimeUnit.SECONDS);
    pauses.setInputSchema(SCHEMA);
    ReduceSequenceByWindowTransform windows =
        new ReduceSequenceByWindowTransform(
            new Reducer.Builder(ReduceOp.TakeFirst).build(),
            new OverlappingTimeWindowFunction("t", 2, TimeUnit.SECONDS, 1, TimeUnit.SECONDS));
    windows.setInputSchema(SCHEMA);

    assertThat(WholeSequences.split(pauses, List.of())).isEqualTo(List.of(List.of()));
    assertThat(pauses.split(List.of()))
        .as("DataVec's own")
        .containsExactly((List<List<Writable>>) null);
    assertThat(WholeSequences.map(windows, windows.transform(SCHEMA), List.of())).isEmpty();
    assertThatThrownBy(() -> windows.mapSequence(List.of()))
        .as("DataVec's own")
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void anOffsetInPlaceKeepsItsColumnsInTheSchema() {
    SequenceOffsetTransform offset =
        new SequenceOffsetTransform(
            List.of("x"), 1, OperationType.InPlace, EdgeHandling.TrimSequence, null);
    offset.setInputSchema(SCHEMA);

    assertThat(WholeSequences.output(offset, SCHEMA).getColumnNames())
        .containsExactly("t", "sequenceOffset(1,x)");
    assertThat(offset.transform(SCHEMA).getColumnNames()).as("DataVec's own").containsExactly("t");
    assertThat(xs(WholeSequences.map(offset, WholeSequences.output(offset, SCHEMA), sequence(4))))
        .containsExactly(0.0, 1.0, 4.0);
  }

  private static List<Double> xs(List<List<Writable>> sequence) {
    return sequence.stream().map(step -> step.get(1).toDouble()).toList();
  }

  /** Steps of a second, with the squares of their places. */
  private static List<List<Writable>> sequence(int length) {
    List<List<Writable>> steps = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      steps.add(Arrays.asList(new LongWritable(1_000L * i), new DoubleWritable((double) i * i)));
    }
    return steps;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.datavec.api.transform.Distance;
import org.datavec.api.transform.MathFunction;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.StringColumnCondition;
import org.datavec.api.transform.reduce.Reducer;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.sequence.ReduceSequenceTransform;
import org.datavec.api.transform.sequence.comparator.NumericalColumnComparator;
import org.datavec.api.transform.sequence.comparator.StringComparator;
import org.datavec.api.transform.sequence.split.SequenceSplitTimeSeparation;
import org.datavec.api.transform.sequence.split.SplitMaxLengthSequence;
import org.datavec.api.transform.sequence.window.OverlappingTimeWindowFunction;
import org.datavec.api.transform.sequence.window.TimeWindowFunction;
import org.datavec.api.transform.transform.nlp.TextToCharacterIndexTransform;
import org.datavec.api.transform.transform.nlp.TextToTermIndexSequenceTransform;
import org.datavec.api.transform.transform.parse.ParseDoubleTransform;
import org.datavec.api.transform.transform.sequence.SequenceDifferenceTransform;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform;
import org.datavec.api.transform.transform.string.StringListToCategoricalSetTransform;
import org.datavec.api.transform.transform.string.StringListToCountsNDArrayTransform;
import org.datavec.api.transform.transform.string.StringListToIndicesNDArrayTransform;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.comparator.DoubleWritableComparator;
import org.joda.time.DateTimeZone;

/** Processes of the transforms and the other steps that do not compile to columns. */
final class UncompiledCases {
  private static final String LIST = "list \"ü\"";
  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnString(LIST)
          .addColumnCategorical("key", "x", "", "\"q\" \\")
          .addColumnDouble("x")
          .addColumnTime("t", DateTimeZone.forID("Asia/Tokyo"))
          .addColumnNDArray("a", new long[] {1, 3})
          .addColumnNDArray("b", new long[] {1, 3})
          .build();
  private static final List<String> WORDS = List.of("u", "\"v\"", "w\\", "漢😀");

  private final Map<String, TransformProcess> processes = new LinkedHashMap<>();

  private UncompiledCases() {}

  /** All cases by name. */
  static Map<String, TransformProcess> all() {
    UncompiledCases cases = new UncompiledCases();
    cases.arrays();
    cases.texts();
    cases.sequences();
    cases.windows();
    return cases.processes;
  }

  private void add(String name, UnaryOperator<TransformProcess.Builder> steps) {
    processes.put(name, steps.apply(new TransformProcess.Builder(SCHEMA)).build());
  }

  private void addSequence(String name, UnaryOperator<TransformProcess.Builder> steps) {
    add(
        name,
        b -> steps.apply(b.convertToSequence("key", new NumericalColumnComparator("x", false))));
  }

  private void arrays() {
    add("array and number", b -> b.ndArrayScalarOpTransform("a", MathOp.Multiply, -0.1));
    add("arrays", b -> b.ndArrayColumnsMathOpTransform("c \"\\", MathOp.Add, "a", "b"));
    add("array function", b -> b.ndArrayMathFunctionTransform("a", MathFunction.TANH));
    add("distance", b -> b.ndArrayDistanceTransform("d", Distance.COSINE, "a", "b"));
    add(
        "counts",
        b -> b.transform(new StringListToCountsNDArrayTransform(LIST, WORDS, "|", true, false)));
    add(
        "indices",
        b -> b.transform(new StringListToIndicesNDArrayTransform(LIST, WORDS, "|", false, true)));
  }

  private void texts() {
    add("parse with categories", b -> b.transform(new ParseDoubleTransform()));
    add(
        "set",
        b ->
            b.transform(
                new StringListToCategoricalSetTransform(
                    LIST, List.of("1", "2", "3", "4"), WORDS, "\\|")));
    add("reduce", b -> b.removeColumns("a", "b").reduce(reducer()));
    add(
        "reduce on a condition",
        b ->
            b.removeColumns("a", "b")
                .reduce(
                    new Reducer.Builder(ReduceOp.TakeLast)
                        .keyColumns("key")
                        .conditionalReduction(
                            "x",
                            List.of("s \"\\", "c"),
                            List.of(ReduceOp.Sum, ReduceOp.Count),
                            new StringColumnCondition(LIST, ConditionOp.Equal, "u"))
                        .setIgnoreInvalid("t")
                        .build()));
    add("rank", b -> b.calculateSortedRank("rank", "x", new DoubleWritableComparator(), false));
  }

  private void sequences() {
    addSequence("there and back", b -> b.convertFromSequence());
    add("in order of text", b -> b.convertToSequence("key", new StringComparator(LIST)));
    addSequence(
        "split at pauses",
        b -> b.splitSequence(new SequenceSplitTimeSeparation("t", 5, TimeUnit.MINUTES)));
    addSequence("split", b -> b.splitSequence(new SplitMaxLengthSequence(7, true)));
    addSequence("trim", b -> b.trimSequence(2, true));
    addSequence("trim to length", b -> b.trimSequenceToLength(9));
    addSequence(
        "offset",
        b ->
            b.transform(
                new SequenceOffsetTransform(
                    List.of("x"),
                    -2,
                    SequenceOffsetTransform.OperationType.NewColumn,
                    SequenceOffsetTransform.EdgeHandling.SpecifiedValue,
                    new DoubleWritable(1.5))));
    addSequence(
        "difference",
        b ->
            b.transform(
                new SequenceDifferenceTransform(
                    "x",
                    "dx",
                    3,
                    SequenceDifferenceTransform.FirstStepMode.SpecifiedValue,
                    new IntWritable(4))));
    add(
        "characters",
        b ->
            b.removeAllColumnsExceptFor(LIST)
                .convertToSequence()
                .transform(
                    new TextToCharacterIndexTransform(
                        LIST, "i", Map.of('a', 0, '"', 1, '\\', 2, '漢', 3), false)));
    add(
        "terms",
        b ->
            b.removeAllColumnsExceptFor(LIST)
                .convertToSequence()
                .transform(new TextToTermIndexSequenceTransform(LIST, "i", WORDS, "|", true)));
  }

  private void windows() {
    addSequence("moving mean", b -> b.sequenceMovingWindowReduce("x", 3, ReduceOp.Mean));
    addSequence(
        "reduce sequence",
        b -> b.removeColumns("a", "b").transform(new ReduceSequenceTransform(reducer())));
    addSequence(
        "reduce windows",
        b ->
            b.removeColumns("a", "b")
                .reduceSequenceByWindow(
                    reducer(), new TimeWindowFunction("t", 90, TimeUnit.SECONDS)));
    addSequence(
        "reduce overlapping windows",
        b ->
            b.removeColumns("a", "b")
                .reduceSequenceByWindow(
                    reducer(),
                    new OverlappingTimeWindowFunction(
                        "t", 1, TimeUnit.HOURS, 20, TimeUnit.MINUTES)));
  }

  private static Reducer reducer() {
    return new Reducer.Builder(ReduceOp.TakeFirst)
        .keyColumns("key")
        .meanColumns("x")
        .countUniqueColumns(LIST)
        .build();
  }
}

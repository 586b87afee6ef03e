// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.condition.ConditionOp;
import org.datavec.api.transform.condition.column.DoubleColumnCondition;
import org.datavec.api.transform.condition.sequence.SequenceLengthCondition;
import org.datavec.api.transform.filter.ConditionFilter;
import org.datavec.api.transform.filter.FilterInvalidValues;
import org.datavec.api.transform.reduce.Reducer;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.transform.sequence.ReduceSequenceTransform;
import org.datavec.api.transform.sequence.split.SequenceSplitTimeSeparation;
import org.datavec.api.transform.sequence.split.SplitMaxLengthSequence;
import org.datavec.api.transform.sequence.window.OverlappingTimeWindowFunction;
import org.datavec.api.transform.sequence.window.TimeWindowFunction;
import org.datavec.api.transform.transform.nlp.TextToCharacterIndexTransform;
import org.datavec.api.transform.transform.nlp.TextToTermIndexSequenceTransform;
import org.datavec.api.transform.transform.sequence.SequenceDifferenceTransform;
import org.datavec.api.transform.transform.sequence.SequenceMovingWindowReduceTransform;
import org.datavec.api.transform.transform.sequence.SequenceMovingWindowReduceTransform.EdgeCaseHandling;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform.EdgeHandling;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform.OperationType;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.joda.time.DateTimeZone;

/** Processes over sequences, one for each step that looks at more than one time step, and more. */
final class SequenceCases {
  static final SequenceSchema SCHEMA =
      (SequenceSchema)
          new SequenceSchema.Builder()
              .minSequenceLength(0)
              .maxSequenceLength(12)
              .addColumnInteger("key")
              .addColumnTime("t", DateTimeZone.forID("Asia/Tokyo"))
              .addColumnDouble("x")
              .addColumnFloat("f")
              .addColumnLong("n")
              .addColumnCategorical("state", "a", "b", "")
              .addColumnString("words")
              .build();

  private static final List<String> WORDS = List.of("x", "yy", "漢");

  private final Map<String, TransformProcess> processes = new LinkedHashMap<>();

  private SequenceCases() {}

  /** All cases by name. */
  static Map<String, TransformProcess> all() {
    SequenceCases cases = new SequenceCases();
    cases.lengths();
    cases.values();
    cases.windows();
    cases.texts();
    cases.conversions();
    return cases.processes;
  }

  /** Sequences in the order of time, of many lengths, some empty; without nulls if so asked. */
  static List<List<List<Writable>>> sequences(Random random, int count, int nullOneOf) {
    List<List<List<Writable>>> sequences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<List<Writable>> steps = new ArrayList<>();
      long time = 1_600_000_000_000L + random.nextInt(100_000_000);
      for (int n = random.nextInt(13); n > 0; n--) {
        time += random.nextInt(4) == 0 ? random.nextInt(7_200_000) : random.nextInt(60_000);
        List<Writable> step = step(random, i, time);
        for (int c = 2; c < step.size(); c++) {
          if (nullOneOf > 0 && random.nextInt(nullOneOf) == 0) {
            step.set(c, NullWritable.INSTANCE);
          }
        }
        steps.add(step);
      }
      sequences.add(steps);
    }
    return sequences;
  }

  static List<Writable> step(Random random, int key, long time) {
    StringBuilder words = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      words.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
    }
    List<Writable> step = new ArrayList<>();
    step.add(new IntWritable(key));
    step.add(new LongWritable(time));
    step.add(new DoubleWritable(random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4)));
    step.add(new org.datavec.api.writable.FloatWritable((float) random.nextGaussian()));
    step.add(new LongWritable(random.nextLong() >> random.nextInt(60)));
    step.add(new Text(List.of("a", "b", "").get(random.nextInt(3))));
    step.add(new Text(words.toString()));
    return step;
  }

  private void add(String name, UnaryOperator<TransformProcess.Builder> steps) {
    processes.put(name, steps.apply(new TransformProcess.Builder(SCHEMA)).build());
  }

  private void lengths() {
    add("trim start", b -> b.trimSequence(3, true));
    add("trim end", b -> b.trimSequence(2, false));
    add("trim to length", b -> b.trimSequenceToLength(5));
    add(
        "pad",
        b ->
            b.removeAllColumnsExceptFor("key", "x")
                .trimOrPadSequenceToLength(
                    6, List.<Writable>of(new IntWritable(-1), new DoubleWritable(0.5))));
    add(
        "split at pauses",
        b ->
            b.splitSequence(new SequenceSplitTimeSeparation("t", 1, TimeUnit.MINUTES))
                .trimSequenceToLength(4));
    add("split", b -> b.splitSequence(new SplitMaxLengthSequence(4, false)));
    add(
        "filter by length",
        b -> b.filter(new ConditionFilter(new SequenceLengthCondition(ConditionOp.LessThan, 4))));
    add(
        "filter by value",
        b ->
            b.filter(
                new ConditionFilter(new DoubleColumnCondition("x", ConditionOp.GreaterThan, 50))));
    add("filter invalid", b -> b.filter(new FilterInvalidValues("state")));
  }

  private void values() {
    for (OperationType type : OperationType.values()) {
      add("offset later " + type, b -> b.transform(offset(2, type, false)));
      add("offset earlier " + type, b -> b.transform(offset(-1, type, false)));
      add("offset later, edge " + type, b -> b.transform(offset(1, type, true)));
      add("offset earlier, edge " + type, b -> b.transform(offset(-3, type, true)));
    }
    for (String column : List.of("key", "t", "x", "f", "n")) {
      add(
          "difference of " + column,
          b -> b.transform(new SequenceDifferenceTransform(column, "d " + column, 2)));
    }
    add(
        "row by row",
        b ->
            b.doubleMathOp("x", MathOp.Multiply, 3.7)
                .categoricalToOneHot("state")
                .appendStringColumnTransform("words", "!")
                .renameColumn("n", "a.b")
                .removeColumns("f"));
  }

  private void windows() {
    for (ReduceOp op :
        List.of(
            ReduceOp.Min,
            ReduceOp.Max,
            ReduceOp.Range,
            ReduceOp.Sum,
            ReduceOp.Prod,
            ReduceOp.Mean,
            ReduceOp.Stdev,
            ReduceOp.Count,
            ReduceOp.CountUnique,
            ReduceOp.TakeFirst,
            ReduceOp.TakeLast)) {
      add("moving " + op, b -> b.sequenceMovingWindowReduce("x", 3, op));
    }
    add("moving long", b -> b.sequenceMovingWindowReduce("n", 2, ReduceOp.Sum));
    add("moving time", b -> b.sequenceMovingWindowReduce("t", 2, ReduceOp.Max));
    add(
        "moving with an edge",
        b ->
            b.transform(
                new SequenceMovingWindowReduceTransform(
                    "f",
                    "m",
                    4,
                    ReduceOp.Mean,
                    EdgeCaseHandling.SpecifiedValue,
                    new DoubleWritable(-1))));
    add("reduce", b -> b.transform(new ReduceSequenceTransform(reducer())));
    add(
        "reduce windows",
        b ->
            b.reduceSequenceByWindow(reducer(), new TimeWindowFunction("t", 30, TimeUnit.MINUTES)));
    add(
        "reduce windows with their times",
        b ->
            b.reduceSequenceByWindow(
                new Reducer.Builder(ReduceOp.TakeFirst).build(),
                new TimeWindowFunction(
                    "t", 1, TimeUnit.HOURS, 7, TimeUnit.MINUTES, true, true, true)));
    add(
        "reduce overlapping windows",
        b ->
            b.reduceSequenceByWindow(
                reducer(),
                new OverlappingTimeWindowFunction("t", 1, TimeUnit.HOURS, 20, TimeUnit.MINUTES)));
  }

  private void texts() {
    add(
        "characters",
        b ->
            b.transform(
                new TextToCharacterIndexTransform(
                    "words", "i", Map.of('x', 0, 'y', 1, '漢', 2), false)));
    add(
        "terms",
        b -> b.transform(new TextToTermIndexSequenceTransform("words", "i", WORDS, " ", false)));
    add(
        "known terms only",
        b ->
            b.transform(
                new TextToTermIndexSequenceTransform(
                    "words", "i", List.of("", "漢", "yy", "x"), " ", true)));
  }

  private void conversions() {
    add(
        "to rows",
        b -> b.transform(offset(1, OperationType.NewColumn, false)).convertFromSequence());
    add(
        "to rows that are compiled",
        b ->
            b.trimSequence(1, true)
                .convertFromSequence()
                .doubleMathOp("x", MathOp.Add, 1.5)
                .integerMathOp("key", MathOp.Multiply, 3));
    add(
        "to rows that are not",
        b ->
            b.sequenceMovingWindowReduce("n", 2, ReduceOp.Sum)
                .convertFromSequence()
                .convertToString("sum(2,n)")
                .appendStringColumnTransform("sum(2,n)", "!"));
    add(
        "to rows and single sequences",
        b ->
            b.convertFromSequence()
                .convertToSequence()
                .sequenceMovingWindowReduce("x", 2, ReduceOp.Sum));
  }

  private static SequenceOffsetTransform offset(int amount, OperationType type, boolean edge) {
    return new SequenceOffsetTransform(
        List.of("x", "t"),
        amount,
        type,
        edge ? EdgeHandling.SpecifiedValue : EdgeHandling.TrimSequence,
        edge ? new LongWritable(7) : null);
  }

  private static Reducer reducer() {
    return new Reducer.Builder(ReduceOp.TakeLast)
        .keyColumns("key")
        .meanColumns("x")
        .sumColumns("f")
        .maxColumn("t")
        .countColumns("words")
        .countUniqueColumns("state")
        .build();
  }
}

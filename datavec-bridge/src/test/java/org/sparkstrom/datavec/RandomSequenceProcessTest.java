// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Row;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.DataAction;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.schema.SequenceSchema;
import org.datavec.api.transform.sequence.ConvertFromSequence;
import org.datavec.api.transform.sequence.split.SequenceSplitTimeSeparation;
import org.datavec.api.transform.sequence.split.SplitMaxLengthSequence;
import org.datavec.api.transform.sequence.trim.SequenceTrimToLengthTransform;
import org.datavec.api.transform.sequence.trim.SequenceTrimTransform;
import org.datavec.api.transform.transform.sequence.SequenceDifferenceTransform;
import org.datavec.api.transform.transform.sequence.SequenceMovingWindowReduceTransform;
import org.datavec.api.transform.transform.sequence.SequenceOffsetTransform;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Random processes over random sequences, with nulls, quotes, Unicode and extreme numbers. */
class RandomSequenceProcessTest {
  private static final String JAVA_TIME = "spark.sql.datetime.java8API.enabled";
  private static final int SEQUENCES = 20;

  @BeforeEach
  void takeInstants() {
    TestSpark.session().conf().set(JAVA_TIME, "true");
  }

  @AfterEach
  void comeBack() {
    TestSpark.session().conf().unset(JAVA_TIME);
  }

  @Test
  void processesAreDataVecs() {
    verify(Integer.getInteger("datavec.cases", 30));
  }

  @Tag("slow")
  @Test
  void processesAreDataVecsManyTimes() {
    verify(Integer.getInteger("datavec.cases", 1_500));
  }

  private static void verify(int processes) {
    long first = Long.getLong("datavec.seed", 4_711L);
    int compared = 0;
    for (long seed = first; seed < first + processes; seed++) {
      Random random = new Random(seed);
      RandomProcess source = new RandomProcess(random);
      SequenceSchema schema = new SequenceSchema(source.schema().getColumnMetaData());
      TransformProcess process = process(source, random, schema);
      if (PathComparison.readsText(process) && PathComparison.makesNull(process)) {
        continue; // DataVec's steps on text may take a null for a word, which ours refuse
      }
      compared +=
          new SequenceComparison(
                  process,
                  sequences(source, random, schema, process),
                  "-Ddatavec.seed=" + seed + " -Ddatavec.cases=1")
              .verify();
    }
    assertThat(compared)
        .as("sequences that DataVec takes")
        .isGreaterThan(processes * SEQUENCES / 4);
  }

  /** Steps on rows with steps on sequences between them. */
  private static TransformProcess process(RandomProcess source, Random random, Schema schema) {
    List<DataAction> actions = new ArrayList<>();
    TransformProcess process = new TransformProcess(schema, actions);
    for (int i = 0; i < 3; i++) {
      actions.addAll(source.process(process.getFinalSchema(), random.nextInt(3)).getActionList());
      process = new TransformProcess(schema, actions);
      addSequenceStep(source, random, process.getFinalSchema(), actions);
      process = new TransformProcess(schema, actions);
    }
    boolean ends = random.nextInt(3) == 0;
    // Some of DataVec's steps announce rows where they give sequences
    if (ends && process.getFinalSchema() instanceof SequenceSchema) {
      actions.add(new DataAction(new ConvertFromSequence()));
      process = new TransformProcess(schema, actions);
      actions.addAll(source.process(process.getFinalSchema(), random.nextInt(3)).getActionList());
    }
    return new TransformProcess(schema, actions);
  }

  private static void addSequenceStep(
      RandomProcess source, Random random, Schema schema, List<DataAction> actions) {
    try {
      DataAction action = action(source, random, schema, actions.size());
      List<String> names = schema.getColumnNames();
      if (action.getTransform() != null) {
        action.getTransform().setInputSchema(schema);
        names = action.getTransform().transform(schema).getColumnNames();
      }
      if (new HashSet<>(names).size() == names.size()) {
        actions.add(action);
      }
    } catch (RandomProcess.NothingToDoException e) {
      // no column for it
    }
  }

  private static DataAction action(RandomProcess source, Random random, Schema schema, int made) {
    String name = "s " + made;
    return switch (random.nextInt(7)) {
      case 0 -> new DataAction(new SequenceTrimTransform(random.nextInt(3), random.nextBoolean()));
      case 1 ->
          new DataAction(
              new SequenceTrimToLengthTransform(
                  1 + random.nextInt(5), SequenceTrimToLengthTransform.Mode.TRIM, null));
      case 2 -> new DataAction(offset(source, random, schema));
      case 3 ->
          new DataAction(
              new SequenceDifferenceTransform(number(source, schema), name, 1 + random.nextInt(3)));
      case 4 ->
          new DataAction(
              new SequenceMovingWindowReduceTransform(
                  number(source, schema),
                  name,
                  1 + random.nextInt(4),
                  source.any(
                      List.of(ReduceOp.Min, ReduceOp.Mean, ReduceOp.Sum, ReduceOp.TakeFirst)),
                  SequenceMovingWindowReduceTransform.EdgeCaseHandling.Default,
                  null));
      case 5 -> new DataAction(new SplitMaxLengthSequence(1 + random.nextInt(4), false));
      default ->
          new DataAction(
              new SequenceSplitTimeSeparation(
                  source.column(schema, ColumnType.Time), random.nextInt(500), TimeUnit.DAYS));
    };
  }

  private static SequenceOffsetTransform offset(
      RandomProcess source, Random random, Schema schema) {
    ColumnMetaData column = schema.getMetaData(source.column(schema, c -> true));
    return new SequenceOffsetTransform(
        List.of(column.getName()),
        random.nextInt(7) - 3,
        source.any(List.of(SequenceOffsetTransform.OperationType.values())),
        SequenceOffsetTransform.EdgeHandling.TrimSequence,
        null);
  }

  private static String number(RandomProcess source, Schema schema) {
    return source.column(
        schema, ColumnType.Integer, ColumnType.Long, ColumnType.Float, ColumnType.Double);
  }

  private static List<List<List<Writable>>> sequences(
      RandomProcess source, Random random, SequenceSchema schema, TransformProcess process) {
    Schema rows = new Schema(schema.getColumnMetaData());
    RowConverter converter =
        new RowConverter(SparkSchemas.toSpark(rows), rows, TimeClasses.JAVA_TIME);
    boolean readsText = PathComparison.readsText(process);
    List<List<List<Writable>>> sequences = new ArrayList<>();
    while (sequences.size() < SEQUENCES) {
      List<List<Writable>> steps = new ArrayList<>();
      for (Row row : source.rows(rows, random.nextInt(7))) {
        if (!(readsText && row.anyNull())) {
          record(converter, row).ifPresent(steps::add);
        }
      }
      sequences.add(steps);
    }
    return sequences;
  }

  /** The row as a record; none if it does not fit its schema, as an array of another length. */
  private static Optional<List<Writable>> record(RowConverter converter, Row row) {
    try {
      return Optional.of(converter.toRecord(row));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.datavec.api.transform.ColumnType;
import org.datavec.api.transform.DataAction;
import org.datavec.api.transform.ReduceOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.metadata.ColumnMetaData;
import org.datavec.api.transform.ops.IAggregableReduceOp;
import org.datavec.api.transform.reduce.AggregableReductionUtils;
import org.datavec.api.transform.reduce.Reducer;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.transform.transform.column.RemoveColumnsTransform;
import org.datavec.api.writable.LongWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random reduces between random steps, over random rows on several partitions: SQL = group pass,
 * bit by bit, and where no value is left out = DataVec's own reducer, given the rows of a group in
 * their order. {@code -Ddatavec.seed} starts from another seed.
 */
class RandomReduceTest {
  private static final String JAVA_TIME = "spark.sql.datetime.java8API.enabled";
  private static final int ROWS = 120;

  @BeforeAll
  static void takeInstants() {
    TestSpark.session().conf().set(JAVA_TIME, "true");
  }

  @AfterAll
  static void comeBack() {
    TestSpark.session().conf().unset(JAVA_TIME);
  }

  @Test
  void reducesAreDataVecs() {
    verify(6);
  }

  @Tag("slow")
  @Test
  void reducesAreDataVecsManyTimes() {
    verify(300);
  }

  private static void verify(int processes) {
    long first = Long.getLong("datavec.seed", 60_000);
    int sql = 0;
    for (long seed = first; seed < first + processes; seed++) {
      Random random = new Random(seed);
      RandomProcess source = new RandomProcess(random);
      Schema schema = source.schema();
      TransformProcess before = withoutArrays(source.process(schema, 3));
      boolean exact = seed % 2 == 0;
      boolean leavesOut = random.nextInt(4) == 0;
      Reducer reducer = reducer(before.getFinalSchema(), random, exact, leavesOut);
      TransformProcess process = process(schema, before, reducer, source);
      List<Row> rows = alike(source.rows(schema, ROWS), random);
      String context = "-Ddatavec.seed=" + seed + "\n" + process.getActionList();

      DataVecTransform transform = DataVecTransform.of(process);
      sql += transform.explain().contains("group pass") ? 0 : 1;
      for (HandleInvalid policy : List.of(HandleInvalid.KEEP, HandleInvalid.SKIP)) {
        DataVecTransform path = transform.withHandleInvalid(policy);
        List<List<Object>> result = results(path, rows, 3);
        assertThat(result)
            .as("%s of %s", policy, context)
            .containsExactlyInAnyOrderElementsOf(results(path.inRows(), rows, 2));
        if (policy == HandleInvalid.SKIP && !leavesOut) {
          assertThat(result).as(context).containsExactlyInAnyOrderElementsOf(oracle(process, rows));
        }
      }
    }
    assertThat(sql).as("reduces in SQL, from seed %d", first).isBetween(1, processes - 1);
  }

  /** An array can be neither a key nor reduced. */
  private static TransformProcess withoutArrays(TransformProcess process) {
    String[] arrays =
        process.getFinalSchema().getColumnMetaData().stream()
            .filter(column -> column.getColumnType() == ColumnType.NDArray)
            .map(ColumnMetaData::getName)
            .toArray(String[]::new);
    if (arrays.length == 0) {
      return process;
    }
    List<DataAction> actions = new ArrayList<>(process.getActionList());
    actions.add(new DataAction(new RemoveColumnsTransform(arrays)));
    return new TransformProcess(process.getInitialSchema(), actions);
  }

  private static TransformProcess process(
      Schema schema, TransformProcess before, Reducer reducer, RandomProcess source) {
    List<DataAction> actions = new ArrayList<>(before.getActionList());
    reducer.setInputSchema(before.getFinalSchema());
    Schema reduced = reducer.transform(before.getFinalSchema());
    actions.add(new DataAction(reducer));
    actions.addAll(source.process(reduced, 2).getActionList());
    return new TransformProcess(schema, actions);
  }

  private static Reducer reducer(Schema schema, Random random, boolean exact, boolean leavesOut) {
    Reducer.Builder builder = new Reducer.Builder(ReduceOp.TakeFirst);
    List<String> keys = new ArrayList<>();
    for (ColumnMetaData column : schema.getColumnMetaData()) {
      List<ReduceOp> possible = possible(column, exact);
      if (possible.isEmpty() || random.nextInt(5) == 0) {
        keys.add(column.getName());
        continue;
      }
      Set<ReduceOp> ops = EnumSet.noneOf(ReduceOp.class);
      for (int i = random.nextInt(3); i >= 0; i--) {
        ops.add(possible.get(random.nextInt(possible.size())));
      }
      builder.multipleOpColmumns(List.copyOf(ops), column.getName());
      if (leavesOut && random.nextBoolean()) {
        builder.setIgnoreInvalid(column.getName());
      }
    }
    return builder.keyColumns(keys.toArray(String[]::new)).build();
  }

  private static List<ReduceOp> possible(ColumnMetaData column, boolean exact) {
    List<ReduceOp> possible = new ArrayList<>();
    for (ReduceOp op : ReduceOp.values()) {
      try {
        AggregableReductionUtils.reduceColumn(List.of(op), column.getColumnType(), false, column);
      } catch (UnsupportedOperationException e) {
        continue;
      }
      boolean integer =
          column.getColumnType() == ColumnType.Integer || column.getColumnType() == ColumnType.Long;
      boolean inSql =
          switch (op) {
            case Min, Max, Range, Count, CountUnique, TakeFirst, TakeLast -> true;
            case Sum -> integer;
            default -> false;
          };
      if (inSql || !exact) {
        possible.add(op);
      }
    }
    return possible;
  }

  /** Rows that are alike in all but a few places, so that groups have many. */
  private static List<Row> alike(List<Row> rows, Random random) {
    List<Row> alike = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Row model = rows.get(i % 6);
      Object[] values = new Object[model.size()];
      for (int c = 0; c < values.length; c++) {
        values[c] = random.nextInt(3) == 0 ? rows.get(i).get(c) : model.get(c);
      }
      alike.add(RowFactory.create(values));
    }
    return alike;
  }

  private static List<List<Object>> results(
      DataVecTransform transform, List<Row> rows, int slices) {
    return RowBits.of(
        transform
            .apply(
                TestSpark.session()
                    .createDataFrame(
                        TestSpark.context().parallelize(rows, slices),
                        SparkSchemas.toSpark(transform.initialSchema())))
            .collectAsList());
  }

  /** The rows that the steps take, reduced by DataVec, and taken through the other steps. */
  private static List<List<Object>> oracle(TransformProcess process, List<Row> rows) {
    List<Step> steps = Step.of(process);
    StepRange before = StepRange.rowwise(process);
    Step reduce = steps.get(before.to() - 1);
    StepRunner into = new StepRunner(process, before, HandleInvalid.ERROR);
    RecordReader in =
        RecordReader.of(
            process, before, HandleInvalid.ERROR, StoredColumns.of(process.getInitialSchema()));
    Map<List<String>, List<List<Writable>>> groups = new LinkedHashMap<>();
    for (Row row : rows) {
      run(into, () -> in.read(row))
          .flatMap(record -> stored(reduce.input(), record))
          .ifPresent(
              record ->
                  groups.computeIfAbsent(key(reduce, record), k -> new ArrayList<>()).add(record));
    }
    StepRange after = new StepRange(before.to(), steps.size(), true);
    StepRunner rest = new StepRunner(process, after, HandleInvalid.ERROR);
    RowConverter out =
        new RowConverter(
            SparkSchemas.toSpark(process.getFinalSchema()),
            process.getFinalSchema(),
            TimeClasses.JAVA_TIME);
    List<List<Object>> results = new ArrayList<>();
    for (List<List<Writable>> group : groups.values()) {
      run(rest, () -> reduced(reduce, group))
          .filter(record -> isStorable(process, record))
          .ifPresent(record -> results.add(RowBits.of(out.toRow(record))));
    }
    return results;
  }

  /** A record with values of the types that its columns announce, which no step is held to. */
  private static Optional<List<Writable>> stored(Schema schema, List<Writable> record) {
    RecordWriter writer = RecordWriter.of(schema, false, HandleInvalid.ERROR);
    RecordReader reader = RecordReader.of(schema, HandleInvalid.ERROR, StoredColumns.of(schema));
    try {
      return Optional.of(reader.read(RowFactory.create(writer.write(record, 0))));
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  private static boolean isStorable(TransformProcess process, List<Writable> record) {
    try {
      StoredColumns.requireStorable(process.getFinalSchema(), record);
      return true;
    } catch (InvalidValueException e) {
      return false;
    }
  }

  /** The record after the steps; empty when it, or one of its values, is refused. */
  private static Optional<List<Writable>> run(StepRunner runner, Supplier<List<Writable>> record) {
    try {
      return runner.run(record.get());
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  private static List<String> key(Step reduce, List<Writable> record) {
    List<String> key = new ArrayList<>();
    for (String column : reduce.action().getReducer().getKeyColumns()) {
      Writable value = record.get(reduce.input().getIndexOfColumn(column));
      key.add(value instanceof NullWritable ? null : "value " + value);
    }
    return key;
  }

  private static List<Writable> reduced(Step reduce, List<List<Writable>> group) {
    IAggregableReduceOp<List<Writable>, List<Writable>> reducer =
        reduce.action().getReducer().aggregableReducer();
    group.forEach(reducer::accept);
    List<Writable> result = new ArrayList<>(reducer.get());
    List<Reduction.Result> columns = Reduction.of(reduce).results();
    for (int i = 0; i < columns.size(); i++) {
      int column = columns.get(i).column();
      if (columns.get(i).op().filter(ReduceOp.CountUnique::equals).isPresent()) {
        long distinct =
            group.stream().map(record -> record.get(column).toString()).distinct().count();
        result.set(i, new LongWritable(distinct));
      }
    }
    return result;
  }
}

// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.sparkstrom.datavec.PathComparison.invalidRow;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.datavec.api.transform.MathOp;
import org.datavec.api.transform.TransformProcess;
import org.datavec.api.transform.schema.Schema;
import org.datavec.api.writable.comparator.DoubleWritableComparator;
import org.datavec.api.writable.comparator.FloatWritableComparator;
import org.datavec.api.writable.comparator.IntWritableComparator;
import org.datavec.api.writable.comparator.LongWritableComparator;
import org.datavec.api.writable.comparator.TextWritableComparator;
import org.datavec.api.writable.comparator.WritableComparator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SortedRankTest {
  private static final Schema SCHEMA =
      new Schema.Builder()
          .addColumnInteger("id")
          .addColumnDouble("x")
          .addColumnLong("l")
          .addColumnString("text")
          .build();
  private static final StructType COLUMNS = SparkSchemas.toSpark(SCHEMA);

  static Stream<Arguments> orders() {
    return Stream.of(
            Arguments.of("x", new DoubleWritableComparator()),
            Arguments.of("x", new FloatWritableComparator()),
            Arguments.of("x", new TextWritableComparator()),
            Arguments.of("l", new LongWritableComparator()),
            Arguments.of("l", new IntWritableComparator()),
            Arguments.of("text", new TextWritableComparator()))
        .flatMap(a -> Stream.of(true, false).map(up -> Arguments.of(a.get()[0], a.get()[1], up)));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void itIsTheLocalExecutorsRankAndOrderWithTies(
      String column, WritableComparator comparator, boolean ascending) {
    long seed = Long.getLong("datavec.seed", column.hashCode());
    List<Row> rows = randomRows(new Random(seed));
    TransformProcess process =
        new TransformProcess.Builder(SCHEMA)
            .calculateSortedRank("rank", column, comparator, ascending)
            .build();
    DataVecTransform transform = DataVecTransform.of(process);

    List<Row> ranked = transform.apply(data(rows, 5)).collectAsList();

    assertThat(RowBits.of(ranked))
        .as("-Ddatavec.seed=%d, %s", seed, transform.explain())
        .isEqualTo(LocalExecutor.bits(process, rows));
    assertThat(ranked.get(7).getLong(4)).isEqualTo(7);
  }

  @Test
  void applyingItStartsNoJobAndKeepsOtherColumns() throws Exception {
    DataVecTransform transform = DataVecTransform.of(process());
    Dataset<Row> data =
        TestSpark.frame(
            COLUMNS.add("weight", "float"),
            RowFactory.create(1, 5.0, 1L, "a", 0.5f),
            RowFactory.create(2, -5.0, 1L, "a", 1.5f));

    JobCounter.Count<Dataset<Row>> applied = JobCounter.count(() -> transform.apply(data));

    assertThat(applied.jobs()).isZero();
    assertThat(applied.result().schema()).isEqualTo(transform.outputSchema(data.schema()));
    assertThat(applied.result().collectAsList())
        .containsExactly(
            RowFactory.create(2, -5.0, 1L, "a", 0L, 1.5f),
            RowFactory.create(1, 5.0, 1L, "a", 1L, 0.5f));
    assertThat(transform.explain())
        .startsWith("step 1 of 1, CalculateSortedRank on [x]: Catalyst, one task sorts all rows\n");
  }

  @Test
  void stepsBeforeAndAfterItRun() {
    TransformProcess process =
        new TransformProcess.Builder(SCHEMA)
            .doubleMathOp("x", MathOp.Multiply, -1)
            .calculateSortedRank("rank", "x", new DoubleWritableComparator())
            .longMathOp("rank", MathOp.Multiply, 10)
            .removeColumns("l", "text")
            .build();
    List<Row> rows = List.of(RowFactory.create(1, 2.0, 0L, ""), RowFactory.create(2, 3.0, 0L, ""));

    for (DataVecTransform path :
        List.of(DataVecTransform.of(process), DataVecTransform.of(process).inRows())) {
      assertThat(path.apply(data(rows, 2)).collectAsList())
          .containsExactly(RowFactory.create(2, -3.0, 0L), RowFactory.create(1, -2.0, 10L));
    }
  }

  @ParameterizedTest
  @EnumSource(StepPath.class)
  void aRowThatCannotBeComparedIsInvalidAndKeptOnesComeLast(StepPath path) {
    TransformProcess process =
        new TransformProcess.Builder(SCHEMA)
            .calculateSortedRank("rank", "text", new DoubleWritableComparator(), false)
            .build();
    DataVecTransform catalyst = DataVecTransform.of(process);
    DataVecTransform transform = path == StepPath.ROWS ? catalyst.inRows() : catalyst;
    Dataset<Row> data =
        data(
            List.of(
                RowFactory.create(1, 0.0, 0L, null),
                RowFactory.create(2, 0.0, 0L, "7"),
                RowFactory.create(3, 0.0, 0L, "x"),
                RowFactory.create(4, 0.0, 0L, "8e0")),
            2);

    Dataset<Row> first = data.where("id = 1");
    assertThat(invalidRow(catchThrowable(() -> transform.apply(first).collectAsList())))
        .hasMessageContaining("CalculateSortedRank on [text]: a null has no rank");
    assertThat(ids(transform.withHandleInvalid(HandleInvalid.SKIP).apply(data)))
        .containsExactly(4, 2);
    assertThat(ids(transform.withHandleInvalid(HandleInvalid.KEEP).apply(data)))
        .containsExactly(4, 2, 1, 3);
    assertThat(transform.refused(data).count()).isEqualTo(2);
  }

  @Test
  void aStreamIsRefusedWithTheRemedy(@TempDir Path folder) {
    Dataset<Row> stream = TestSpark.session().readStream().schema(COLUMNS).csv(folder.toString());

    assertThatThrownBy(() -> DataVecTransform.of(process()).apply(stream))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("CalculateSortedRank on [x]")
        .hasMessageContaining("foreachBatch");
  }

  private static TransformProcess process() {
    return new TransformProcess.Builder(SCHEMA)
        .calculateSortedRank("rank", "x", new DoubleWritableComparator())
        .build();
  }

  private static List<Integer> ids(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(row -> row.getInt(0)).toList();
  }

  /** Few values, so that many are level; above U+D800 Java and Spark sort texts differently. */
  private static List<Row> randomRows(Random random) {
    Object[] x = {0.0, -0.0, 1.5, 1.5000000001, Double.NaN, Double.NEGATIVE_INFINITY, 1e300, -7.0};
    Object[] l = {0L, 5L, -5L, 1L << 32, (1L << 32) + 7, Long.MAX_VALUE, Long.MIN_VALUE};
    Object[] text = {"", "a", "ab", "B", "\uFF21", "\uE000x", "😀", "漢", "é"};
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      rows.add(
          RowFactory.create(
              i,
              x[random.nextInt(x.length)],
              l[random.nextInt(l.length)],
              text[random.nextInt(text.length)]));
    }
    return rows;
  }

  private static Dataset<Row> data(List<Row> rows, int slices) {
    return TestSpark.session()
        .createDataFrame(TestSpark.context().parallelize(rows, slices), COLUMNS);
  }
}

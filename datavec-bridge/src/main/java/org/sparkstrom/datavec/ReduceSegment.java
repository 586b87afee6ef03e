// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.datavec.api.transform.ReduceOp;

/**
 * A reduce: the rows with equal keys become one.
 *
 * <p>Where no operation depends on the order in which values are added, it is an aggregate of Spark
 * SQL, which adds within partitions before rows move. Else all rows move to their group, are sorted
 * there into the order in which they came (partition by partition, as {@code collect} gives them),
 * and DataVec's own operations take them one after another: so floating-point results do not hang
 * on how the rows are spread, and are DataVec's to the last bit.
 *
 * <p>Keys are compared value by value, and a null is a key like any other. The columns that the
 * process does not know end here.
 *
 * @param groupPass why it is not an aggregate of Spark SQL; empty when it is
 */
record ReduceSegment(Reduction reduction, Optional<String> groupPass) implements PlanSegment {
  private static final String PLACE = "place";

  static ReduceSegment of(Step step, StepPath preferred) {
    Reduction reduction = Reduction.of(step);
    Optional<String> asked =
        preferred == StepPath.ROWS ? Optional.of(StepPlan.ASKED_FOR) : Optional.empty();
    return new ReduceSegment(reduction, asked.or(() -> whyNotSql(reduction)));
  }

  private static Optional<String> whyNotSql(Reduction reduction) {
    for (Reduction.Result result : reduction.results()) {
      if (result.op().isPresent()) {
        String of = result.op().get() + " of '" + reduction.input().getName(result.column()) + "'";
        switch (result.op().get()) {
          case Mean, Stdev, UncorrectedStdDev, Variance, PopulationVariance, Append, Prepend -> {
            return Optional.of(of + " depends on the order of the rows");
          }
          case Sum -> {
            if (FloatingPoint.is(kind(reduction, result.column()))) {
              return Optional.of(of + " depends on the order of the rows");
            }
          }
          case Prod -> {
            return Optional.of(of + ", which Spark has for doubles alone, in no order");
          }
          default -> {
            // exact in any order, or first or last in a stated one
          }
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public String describe() {
    return reduction.step().describe()
        + ": "
        + groupPass.map(r -> "group pass, " + r).orElse("Catalyst")
        + "\n";
  }

  @Override
  public Frame apply(Frame frame, ProcessRun run) {
    Dataset<Row> rows = frame.rows();
    return new Frame(groupPass.isPresent() ? inGroups(rows, run) : aggregated(rows), List.of());
  }

  @Override
  public Optional<String> whyNotOnStreams() {
    String step = reduction.step().describe();
    if (groupPass.isPresent() || needsOrder()) {
      String reason = groupPass.orElse("TakeFirst and TakeLast depend on the order of the rows");
      return Optional.of(
          step
              + ", needs the order of its rows on a stream, which has none: "
              + reason
              + "; reduce in foreachBatch(...), where each batch is a DataFrame, or use Min, Max,"
              + " Range, Count or a Sum of integers");
    }
    boolean distinct =
        reduction.results().stream()
            .anyMatch(r -> r.op().filter(ReduceOp.CountUnique::equals).isPresent());
    return distinct
        ? Optional.of(
            step
                + ", counts distinct values, which Spark does not on streams; reduce in"
                + " foreachBatch(...), or use approx_count_distinct on the DataFrame")
        : Optional.empty();
  }

  private boolean needsOrder() {
    return reduction.results().stream()
        .flatMap(r -> r.op().stream())
        .anyMatch(op -> op == ReduceOp.TakeFirst || op == ReduceOp.TakeLast);
  }

  private static ValueKind kind(Reduction reduction, int column) {
    return ValueKind.of(reduction.input().getType(column)).orElseThrow();
  }

  /** The columns, a column for each key by which rows are grouped, and the place of the row. */
  private Dataset<Row> keyed(Dataset<Row> rows, boolean placed) {
    List<Column> columns = new ArrayList<>();
    CompiledRun.names("c", reduction.input().numColumns()).forEach(name -> columns.add(col(name)));
    for (int i = 0; i < reduction.keys().size(); i++) {
      int key = reduction.keys().get(i);
      columns.add(FloatingPoint.identity(col("c" + key), kind(reduction, key)).as(groupColumn(i)));
    }
    if (reduction.keys().isEmpty()) {
      columns.add(lit(0).as(groupColumn(0)));
    }
    if (placed) {
      columns.add(monotonically_increasing_id().as(PLACE));
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  private static String groupColumn(int key) {
    return "g" + key;
  }

  private List<Column> groupColumns() {
    int count = Math.max(1, reduction.keys().size());
    return CompiledRun.names("g", count).stream().map(name -> col(name)).toList();
  }

  private Dataset<Row> aggregated(Dataset<Row> rows) {
    List<Column> aggregates = new ArrayList<>();
    List<Column> results = new ArrayList<>();
    for (int i = 0; i < reduction.results().size(); i++) {
      Reduction.Result result = reduction.results().get(i);
      Column value = col("c" + result.column());
      ValueKind kind = kind(reduction, result.column());
      if (result.op().isEmpty() && !FloatingPoint.is(kind)) {
        String group = groupColumn(reduction.keys().indexOf(result.column()));
        results.add(col(group).as("c" + i));
        continue;
      }
      // The values of a key are all one
      Column aggregate =
          result.op().map(op -> aggregate(op, value, kind)).orElseGet(() -> first(value));
      aggregates.add(aggregate.as("r" + i));
      results.add(col("r" + i).as("c" + i));
    }
    Column groupSize = count(lit(1)).as("n"); // for a reduce of nothing but keys
    return keyed(rows, needsOrder())
        .groupBy(groupColumns().toArray(Column[]::new))
        .agg(groupSize, aggregates.toArray(Column[]::new))
        .select(results.toArray(Column[]::new));
  }

  /** An operation over the values of a group that are not null; null when there are none. */
  private static Column aggregate(ReduceOp op, Column value, ValueKind kind) {
    Column place = when(value.isNotNull(), col(PLACE));
    boolean floating = FloatingPoint.is(kind);
    return switch (op) {
      case Count -> count(value);
      case CountUnique -> countDistinct(FloatingPoint.identity(value, kind));
      case Sum -> sum(value).cast(kind.type()); // the sum of ints is a long, and wraps as ints do
      case Min -> floating ? min(ordered(value)).getField("x") : min(value);
      case Max -> floating ? max(ordered(value)).getField("x") : max(value);
      case Range -> {
        Column range = max(value).minus(min(value));
        // Whichever zeros Spark found, the range of zeros is the positive one
        yield floating ? range.plus(lit(0).cast(kind.type())) : range;
      }
      case TakeFirst -> min_by(value, place);
      case TakeLast -> max_by(value, place);
      default -> throw new IllegalStateException(op + " has no counterpart in Spark SQL");
    };
  }

  /** A number in Java's order, in which the negative zero comes before the other. */
  private static Column ordered(Column number) {
    return when(
        number.isNotNull(), struct(number.as("x"), FloatingPoint.zeroRank(number).as("zero")));
  }

  private Dataset<Row> inGroups(Dataset<Row> rows, ProcessRun run) {
    Column[] groups = groupColumns().toArray(Column[]::new);
    List<Column> order = new ArrayList<>(groupColumns());
    order.add(col(PLACE));
    Dataset<Row> keyed = keyed(rows, true);
    Dataset<Row> gathered =
        reduction.keys().isEmpty() ? keyed.repartition(1) : keyed.repartition(groups);
    GroupTask task =
        new GroupTask(run.json(), reduction.step().place() - 1, keyed.schema(), groups.length);
    return gathered
        .sortWithinPartitions(order.toArray(Column[]::new))
        .mapPartitions(task, Encoders.row(StoredColumns.of(reduction.step().output())));
  }
}

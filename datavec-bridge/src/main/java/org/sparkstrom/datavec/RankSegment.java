// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.datavec.api.transform.schema.Schema;

/**
 * A sorted rank: the place of each row, from 0, when all rows are sorted, as a column of its own.
 * Rows that compare as equal keep the order in which they came: partition by partition, as {@code
 * collect} gives them.
 *
 * <p>It is a window over all rows, so one task sorts them all, on disk where need be. Two passes
 * (sort, count, add offsets) would sort in parallel, but ranks are right only if both passes see
 * the same sort, and Spark may sample anew for the second; to hold it fast takes a job, and this
 * starts none.
 */
record RankSegment(Step step) implements PlanSegment {
  private static final String PLACE = "place";

  @Override
  public String describe() {
    return step.describe() + ": Catalyst, one task sorts all rows\n";
  }

  @Override
  public Frame apply(Frame frame, ProcessRun run) {
    int width = step.input().numColumns();
    List<String> cells = CompiledRun.names("c", width);
    RankOrder order = RankOrder.of(step);
    List<String> carried = new ArrayList<>(cells);
    carried.addAll(frame.passedNames());
    // Of this column alone, as the others may have no kind
    Schema compared = new Schema(List.of(step.input().getMetaData(order.column())));
    ColumnDraft draft =
        new ColumnDraft(
            compared, List.of(cells.get(order.column())), carried, HandleInvalid.KEEP, lit(false));
    String key = draft.define(order.key(draft, 0));
    draft.reference(key);
    draft.settle();
    Dataset<Row> keyed =
        draft.applyTo(frame.rows()).withColumn(PLACE, monotonically_increasing_id());
    WindowSpec window =
        Window.orderBy(order.sortOrders(key, PLACE).toArray(Column[]::new))
            .rowsBetween(Window.unboundedPreceding(), Window.currentRow());
    List<Column> columns = new ArrayList<>();
    cells.forEach(cell -> columns.add(col(cell)));
    // Counted, and not numbered by row_number, which is an int
    columns.add(count(lit(1)).over(window).minus(lit(1L)).as("c" + width));
    frame.passedNames().forEach(name -> columns.add(col(name)));
    return new Frame(keyed.select(columns.toArray(Column[]::new)), frame.passed());
  }

  @Override
  public Optional<String> whyNotOnStreams() {
    return Optional.of(
        step.describe()
            + ", needs all rows at once, and a stream never has them; rank in foreachBatch(...), where"
            + " each batch is a DataFrame, or without a stream");
  }
}

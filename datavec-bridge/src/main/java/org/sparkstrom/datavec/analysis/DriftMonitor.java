// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparkstrom.datavec.analysis.DriftReport.ColumnDrift;

/**
 * Compares what a model gets and predicts in use with what it was trained on: the columns of a
 * stream with an earlier analysis, window after window, so that a model whose world has moved is
 * seen before its errors are.
 *
 * <pre>{@code
 * DriftMonitor monitor = DriftMonitor.of("churn", DataAnalysis.fromJson(training))
 *     .withWindow(50_000).withLimit(0.2).onAlert(window -> page(window.beyond()));
 * model.transform(stream).writeStream().foreachBatch(monitor).start();
 * }</pre>
 *
 * <p>Rows of micro-batches are gathered, as sketches of bounded size, until a window has enough of
 * them; then its PSI and KS are worked out, logged, told to the listeners, and kept as gauges in
 * Spark's metrics, where Prometheus and others read them ({@link DriftMetrics}). A window is not
 * kept beyond the end of the query. Each batch is read once more for this: cache it in a
 * foreachBatch of your own, and {@link #call} the monitor from there, where that is dear.
 *
 * <p>One query at a time may use a monitor. A batch that Spark repeats at once after a failure of
 * the query is counted once. Thread-safe; listeners are called in the thread of the query, which
 * fails with what they throw.
 */
public final class DriftMonitor implements VoidFunction2<Dataset<Row>, Long>, AutoCloseable {
  private static final long serialVersionUID = 1L;

  private static final Logger LOG = LoggerFactory.getLogger(DriftMonitor.class);
  private static final String QUERY = "sql.streaming.queryId"; // as Spark's StreamExecution has it
  private static final long WINDOW_ROWS = 10_000;
  private static final double LIMIT = 0.25;

  private final transient DataAnalysis training;
  private final transient AnalysisPlan plan;
  private final transient DriftMetrics metrics;
  private final transient List<Consumer<DriftWindow>> onWindow = new ArrayList<>();
  private final transient List<Consumer<DriftWindow>> onAlert = new ArrayList<>();
  private transient RunningAnalysis running;
  private transient Optional<DriftWindow> last = Optional.empty();
  private transient Optional<String> lastQuery = Optional.empty();
  private long windowRows = WINDOW_ROWS;
  private double limit = LIMIT;
  private long firstBatch;
  private long lastBatch = -1;

  private DriftMonitor(String name, DataAnalysis training, AnalysisPlan plan) {
    this.training = training;
    this.plan = plan;
    this.running = new RunningAnalysis(plan);
    this.metrics = new DriftMetrics(name, plan.columns());
  }

  /**
   * A monitor of all columns of an analysis that has the quantiles of numbers and times, and the
   * top values of texts and booleans.
   *
   * @param name of the monitor in Spark's metrics, without dots, and its own while it is open
   * @param training the analysis of the rows that a model was trained on, predictions among them
   *     where those are to be watched
   * @throws IllegalArgumentException if the analysis has no such column, or the name has a dot
   */
  public static DriftMonitor of(String name, DataAnalysis training) {
    Objects.requireNonNull(name, "name");
    List<ColumnAnalysis> columns =
        training.columns().stream().filter(DriftMonitor::canBeCompared).toList();
    if (columns.isEmpty()) {
      throw new IllegalArgumentException(
          "a DriftMonitor needs an earlier analysis with quantiles of numbers and times or top"
              + " values of texts and booleans, but none of its %d columns has them;"
                  .formatted(training.columns().size())
              + " ask for Statistic.QUANTILES and TOP_VALUES");
    }
    int top =
        columns.stream()
            .mapToInt(column -> column.topValues().map(values -> values.entries().size()).orElse(0))
            .max()
            .orElseThrow();
    AnalysisPlan plan =
        AnalysisPlan.ALL
            .withColumns(columns.stream().map(ColumnAnalysis::name).toArray(String[]::new))
            .withStatistics(Statistic.QUANTILES, Statistic.TOP_VALUES)
            .withTopValues(Math.max(top, AnalysisPlan.ALL.topValues()));
    return new DriftMonitor(name, new DataAnalysis(columns, List.of()), plan);
  }

  private static boolean canBeCompared(ColumnAnalysis column) {
    return DriftReport.isMeasured(column.kind())
        ? column.distribution().isPresent()
        : column.topValues().isPresent();
  }

  /** The least rows of a window; 10,000 unless set. A window ends with a batch. */
  public synchronized DriftMonitor withWindow(long rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("a window must have at least 1 row, but has " + rows);
    }
    windowRows = rows;
    return this;
  }

  /** The PSI beyond which a column is an alert; 0.25 unless set. */
  public synchronized DriftMonitor withLimit(double psi) {
    if (!(psi > 0) || Double.isInfinite(psi)) {
      throw new IllegalArgumentException("limit must be a finite PSI above 0, but is " + psi);
    }
    limit = psi;
    return this;
  }

  /** Calls for each window. */
  public synchronized DriftMonitor onWindow(Consumer<DriftWindow> listener) {
    onWindow.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /** Calls for each window in which a column is beyond the limit. */
  public synchronized DriftMonitor onAlert(Consumer<DriftWindow> listener) {
    onAlert.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Takes a micro-batch; for foreachBatch.
   *
   * @throws IllegalArgumentException if it lacks a column of the earlier analysis, or has it as
   *     something else; or if another open monitor has this one's name
   */
  @Override
  public synchronized void call(Dataset<Row> batch, Long batchId) {
    if (running.isEmpty()) {
      requireSameKinds(batch.schema());
    }
    Optional<String> query =
        Optional.ofNullable(batch.sparkSession().sparkContext().getLocalProperty(QUERY));
    if (batchId == lastBatch && query.equals(lastQuery)) {
      LOG.info("batch {} is repeated, and was counted before", batchId);
      return;
    }
    metrics.register();
    if (running.rows() == 0) {
      firstBatch = batchId;
    }
    running.add(batch);
    lastBatch = batchId;
    lastQuery = query;
    if (running.rows() >= windowRows) {
      end();
    }
  }

  /** The newest window that has ended. */
  public synchronized Optional<DriftWindow> last() {
    return last;
  }

  /** Takes its gauges out of Spark's metrics. */
  @Override
  public void close() {
    metrics.close();
  }

  private void end() {
    DriftReport report = running.result().driftFrom(training);
    List<ColumnDrift> beyond =
        report.columns().stream().filter(column -> column.psi() > limit).toList();
    DriftWindow window = new DriftWindow(firstBatch, lastBatch, running.rows(), report, beyond);
    running = new RunningAnalysis(plan);
    last = Optional.of(window);
    metrics.show(window);
    if (beyond.isEmpty()) {
      LOG.info("{}", window.describe());
    } else {
      LOG.warn("{}; the limit is {}", window.describe(), limit);
    }
    if (!report.notCompared().isEmpty()) {
      LOG.warn("the window lacks columns: {}", String.join("; ", report.notCompared()));
    }
    onWindow.forEach(listener -> listener.accept(window));
    if (!beyond.isEmpty()) {
      onAlert.forEach(listener -> listener.accept(window));
    }
  }

  private void requireSameKinds(StructType schema) {
    List<Integer> places = DataAnalysis.places(schema, plan.columns());
    for (int i = 0; i < places.size(); i++) {
      ColumnAnalysis before = training.column(plan.columns().get(i)).orElseThrow();
      ValueKind kind = ValueKind.find(schema.fields()[places.get(i)].dataType()).orElseThrow();
      if (kind != before.kind()) {
        throw new IllegalArgumentException(
            "column '%s' must be of the kind that it was when it was analysed, %s, but is %s; cast it"
                .formatted(
                    before.name(),
                    before.type(),
                    schema.fields()[places.get(i)].dataType().catalogString()));
      }
    }
  }
}

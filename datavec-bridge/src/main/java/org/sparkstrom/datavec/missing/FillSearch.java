// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.missing;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.percentile_approx;
import static org.apache.spark.sql.functions.round;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;

/**
 * Finds what missing values become, for each group of rows and for all rows: in one query for the
 * most frequent values of all columns, and one for their means and medians.
 *
 * <p>It reads rows of which the columns k0, k1, ... are the keys of groups and v0, v1, ... the
 * values, null where missing. Each row counts twice where there are groups, for its own and for all
 * rows; and, for the most frequent values, once for each such column. So one pass over the data
 * does for all columns.
 *
 * @param keyCount number of keys
 * @param strategies what is sought, for each value column
 * @param types of the value columns
 */
record FillSearch(int keyCount, List<FillStrategy> strategies, List<DataType> types) {
  static final String OVERALL = "overall";
  private static final String CELL = "cell";
  private static final String BEST = "best";
  private static final int MEDIAN_ACCURACY = 10_000;

  static String key(int i) {
    return "k" + i;
  }

  static String value(int i) {
    return "v" + i;
  }

  /**
   * The fill values by group, those that there are: the keys' values, and behind them, or alone for
   * all rows, the fill values of all columns. A null is no fill value.
   */
  record Found(Map<List<Object>, List<Object>> groups, List<Object> overall) {}

  Found run(Dataset<Row> rows) {
    Found found = new Found(new LinkedHashMap<>(), nothing());
    Dataset<Row> scoped = scoped(rows);
    List<Integer> modes = places(true);
    if (!modes.isEmpty()) {
      for (Row row : modes(scoped, modes).collectAsList()) {
        int i = row.getInt(keyCount + 1);
        put(found, row, i, row.get(keyCount + 2 + modes.indexOf(i)));
      }
    }
    List<Integer> averages = places(false);
    if (!averages.isEmpty()) {
      for (Row row : averages(scoped, averages).collectAsList()) {
        for (int j = 0; j < averages.size(); j++) {
          put(found, row, averages.get(j), row.get(keyCount + 1 + j));
        }
      }
    }
    return found;
  }

  private List<Object> nothing() {
    return new ArrayList<>(Collections.nCopies(types.size(), null));
  }

  private List<Integer> places(boolean ofModes) {
    return IntStream.range(0, types.size())
        .filter(i -> strategies.get(i) != FillStrategy.CONSTANT)
        .filter(i -> (strategies.get(i) == FillStrategy.MODE) == ofModes)
        .boxed()
        .toList();
  }

  private void put(Found found, Row row, int column, Object value) {
    boolean nan = value instanceof Number number && Double.isNaN(number.doubleValue());
    if (value == null || nan) {
      return;
    }
    if (row.getBoolean(0)) {
      found.overall.set(column, value);
      return;
    }
    Object[] key = new Object[keyCount];
    Arrays.setAll(key, i -> row.get(i + 1));
    found.groups.computeIfAbsent(Arrays.asList(key), k -> nothing()).set(column, value);
  }

  /** The rows for all of them, and once more for each one's own group. */
  private Dataset<Row> scoped(Dataset<Row> rows) {
    List<Column> columns = new ArrayList<>();
    if (keyCount == 0) {
      columns.add(lit(true).as(OVERALL));
    } else {
      columns.add(explode(array(lit(true), lit(false))).as(OVERALL));
    }
    columns.add(col("*"));
    Dataset<Row> scoped = rows.select(columns.toArray(Column[]::new));
    for (int i = 0; i < keyCount; i++) {
      scoped = scoped.withColumn(key(i), when(not(col(OVERALL)), col(key(i))));
    }
    return scoped;
  }

  /** Rows of: whether for all rows, keys, the column's place, its most frequent value. */
  private Dataset<Row> modes(Dataset<Row> scoped, List<Integer> columns) {
    Column[] cells = new Column[columns.size()];
    for (int j = 0; j < cells.length; j++) {
      int place = columns.get(j);
      List<Column> fields = new ArrayList<>();
      fields.add(lit(place).as("place"));
      fields.add(col(value(place)).isNotNull().as("present"));
      for (int other : columns) {
        Column value = other == place ? col(value(other)) : lit(null).cast(types.get(other));
        fields.add(value.as(value(other)));
      }
      cells[j] = struct(fields.toArray(Column[]::new));
    }
    List<Column> scope = scope();
    List<Column> exploded = new ArrayList<>(scope);
    exploded.add(explode(array(cells)).as(CELL));
    List<Column> counted = new ArrayList<>(scope);
    counted.add(col(CELL + ".place").as("place"));
    List<Column> order = new ArrayList<>();
    order.add(col("count").multiply(lit(-1L)).as("rank"));
    for (int column : columns) {
      counted.add(col(CELL + "." + value(column)).as(value(column)));
      order.add(col(value(column)));
    }
    List<Column> groups = new ArrayList<>(scope);
    groups.add(col("place"));
    Dataset<Row> best =
        scoped
            .select(exploded.toArray(Column[]::new))
            .where(col(CELL + ".present"))
            .groupBy(counted.toArray(Column[]::new))
            .count()
            .groupBy(groups.toArray(Column[]::new))
            .agg(min(struct(order.toArray(Column[]::new))).as(BEST));
    List<Column> result = new ArrayList<>(groups);
    columns.forEach(column -> result.add(col(BEST + "." + value(column)).as(value(column))));
    return best.select(result.toArray(Column[]::new));
  }

  /** Rows of: whether for all rows, keys, the mean or median of each of these columns. */
  private Dataset<Row> averages(Dataset<Row> scoped, List<Integer> columns) {
    List<Column> aggregates = new ArrayList<>();
    for (int column : columns) {
      aggregates.add(average(column).as("f" + column));
    }
    return scoped
        .groupBy(scope().toArray(Column[]::new))
        .agg(aggregates.get(0), aggregates.subList(1, aggregates.size()).toArray(Column[]::new));
  }

  private Column average(int place) {
    Column value = col(value(place));
    DataType type = types.get(place);
    if (strategies.get(place) == FillStrategy.MEDIAN) {
      return percentile_approx(value, lit(0.5), lit(MEDIAN_ACCURACY));
    }
    boolean whole =
        !(type instanceof DoubleType || type instanceof FloatType || type instanceof DecimalType);
    Column mean = avg(value);
    return (whole ? round(mean) : mean).cast(whole ? DataTypes.LongType : type).cast(type);
  }

  private List<Column> scope() {
    List<Column> scope = new ArrayList<>();
    scope.add(col(OVERALL));
    for (int i = 0; i < keyCount; i++) {
      scope.add(col(key(i)));
    }
    return scope;
  }
}

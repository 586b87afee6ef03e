// SPDX-License-Identifier: Apache-2.0
package org.sparkstrom.datavec.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** An analysis as a DataFrame of one row for each column, with nulls for what is not there. */
final class AnalysisTable {
  static final StructType SCHEMA =
      StructType.fromDDL(
          "column STRING, type STRING, rows BIGINT, nulls BIGINT, nans BIGINT, infinities BIGINT,"
              + " zeros BIGINT, negatives BIGINT, positives BIGINT, distinct BIGINT,"
              + " mean DOUBLE, deviation DOUBLE, skewness DOUBLE, kurtosis DOUBLE,"
              + " min DOUBLE, p01 DOUBLE, p05 DOUBLE, p25 DOUBLE, p50 DOUBLE, p75 DOUBLE,"
              + " p95 DOUBLE, p99 DOUBLE, max DOUBLE,"
              + " histogramEdges ARRAY<DOUBLE>, histogramCounts ARRAY<BIGINT>,"
              + " topValues ARRAY<STRUCT<value: STRING, count: BIGINT, atLeast: BIGINT>>");

  /** The quantiles that tables show. */
  static final List<Double> SHARES = List.of(0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99);

  private AnalysisTable() {}

  static Dataset<Row> of(DataAnalysis analysis, SparkSession spark) {
    return spark.createDataFrame(
        analysis.columns().stream().map(AnalysisTable::row).toList(), SCHEMA);
  }

  private static Row row(ColumnAnalysis column) {
    ColumnCounts counts = column.counts();
    List<Object> cells = new ArrayList<>(List.of(column.name(), column.type()));
    cells.addAll(List.of(counts.rows(), counts.nulls(), counts.nans(), counts.infinities()));
    cells.addAll(List.of(counts.zeros(), counts.negatives(), counts.positives()));
    cells.add(column.distinct().map(DistinctCount::estimate).orElse(null));
    cells.add(moment(column, ColumnMoments::mean));
    cells.add(moment(column, ColumnMoments::deviation));
    cells.add(moment(column, ColumnMoments::skewness));
    cells.add(moment(column, ColumnMoments::kurtosis));
    cells.add(counts.min());
    for (double share : SHARES) {
      cells.add(column.distribution().map(d -> d.quantile(share)).orElse(null));
    }
    cells.add(counts.max());
    cells.add(column.histogram().map(h -> h.edges().toArray()).orElse(null));
    cells.add(column.histogram().map(h -> h.counts().toArray()).orElse(null));
    cells.add(
        column
            .topValues()
            .map(
                top ->
                    top.entries().stream()
                        .map(e -> RowFactory.create(e.value(), e.count(), e.atLeast()))
                        .toArray())
            .orElse(null));
    return RowFactory.create(cells.toArray());
  }

  private static Double moment(ColumnAnalysis column, ToDoubleFunction<ColumnMoments> moment) {
    return column.moments().map(moment::applyAsDouble).orElse(null);
  }
}
